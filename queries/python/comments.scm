; Every comment: the suppression directives are read from their text.
(comment) @comment
