//! The parser's node kinds and fields as numbers: comparing their names for every node would cost more
//! than all the rest of lowering.

use std::num::NonZeroU16;
use std::sync::LazyLock;

use tree_sitter::{Language, Node};

macro_rules! kinds {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// The named node kinds that lowering tells apart.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Kind {
            $(#[doc = $name] $variant,)+
            /// Every other kind, the anonymous tokens among them.
            Unlisted,
        }

        impl Kind {
            fn of_name(name: &str) -> Self {
                match name {
                    $($name => Self::$variant,)+
                    _ => Self::Unlisted,
                }
            }
        }
    };
}

kinds! {
    AliasedImport = "aliased_import",
    ArgumentList = "argument_list",
    AsPattern = "as_pattern",
    AssertStatement = "assert_statement",
    Assignment = "assignment",
    Attribute = "attribute",
    AugmentedAssignment = "augmented_assignment",
    Await = "await",
    BinaryOperator = "binary_operator",
    Block = "block",
    BooleanOperator = "boolean_operator",
    Call = "call",
    CaseClause = "case_clause",
    CasePattern = "case_pattern",
    Chevron = "chevron",
    ClassDefinition = "class_definition",
    ClassPattern = "class_pattern",
    Comment = "comment",
    ComparisonOperator = "comparison_operator",
    ConcatenatedString = "concatenated_string",
    ConditionalExpression = "conditional_expression",
    DecoratedDefinition = "decorated_definition",
    Decorator = "decorator",
    DefaultParameter = "default_parameter",
    DeleteStatement = "delete_statement",
    Dictionary = "dictionary",
    DictionaryComprehension = "dictionary_comprehension",
    DictionarySplat = "dictionary_splat",
    DictionarySplatPattern = "dictionary_splat_pattern",
    DottedName = "dotted_name",
    ElifClause = "elif_clause",
    Ellipsis = "ellipsis",
    ElseClause = "else_clause",
    ExceptClause = "except_clause",
    ExpressionList = "expression_list",
    ExpressionStatement = "expression_statement",
    False = "false",
    FinallyClause = "finally_clause",
    Float = "float",
    ForInClause = "for_in_clause",
    ForStatement = "for_statement",
    FormatExpression = "format_expression",
    FormatSpecifier = "format_specifier",
    FunctionDefinition = "function_definition",
    FutureImportStatement = "future_import_statement",
    GeneratorExpression = "generator_expression",
    GenericType = "generic_type",
    GlobalStatement = "global_statement",
    Identifier = "identifier",
    IfClause = "if_clause",
    IfStatement = "if_statement",
    ImportFromStatement = "import_from_statement",
    ImportPrefix = "import_prefix",
    ImportStatement = "import_statement",
    Integer = "integer",
    Interpolation = "interpolation",
    KeywordArgument = "keyword_argument",
    KeywordPattern = "keyword_pattern",
    KeywordSeparator = "keyword_separator",
    Lambda = "lambda",
    LineContinuation = "line_continuation",
    List = "list",
    ListComprehension = "list_comprehension",
    ListPattern = "list_pattern",
    ListSplat = "list_splat",
    ListSplatPattern = "list_splat_pattern",
    MatchStatement = "match_statement",
    MemberType = "member_type",
    NamedExpression = "named_expression",
    None = "none",
    NonlocalStatement = "nonlocal_statement",
    NotOperator = "not_operator",
    Pair = "pair",
    ParenthesizedExpression = "parenthesized_expression",
    PatternList = "pattern_list",
    PositionalSeparator = "positional_separator",
    PrintStatement = "print_statement",
    RaiseStatement = "raise_statement",
    RelativeImport = "relative_import",
    ReturnStatement = "return_statement",
    Set = "set",
    SetComprehension = "set_comprehension",
    SplatType = "splat_type",
    String = "string",
    StringContent = "string_content",
    Subscript = "subscript",
    True = "true",
    TryStatement = "try_statement",
    Tuple = "tuple",
    TuplePattern = "tuple_pattern",
    Type = "type",
    TypeAliasStatement = "type_alias_statement",
    TypeParameter = "type_parameter",
    TypedDefaultParameter = "typed_default_parameter",
    TypedParameter = "typed_parameter",
    UnaryOperator = "unary_operator",
    UnionType = "union_type",
    WhileStatement = "while_statement",
    WildcardImport = "wildcard_import",
    WithClause = "with_clause",
    WithStatement = "with_statement",
}

macro_rules! fields {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// The fields that lowering asks for.
        #[derive(Clone, Copy, Debug)]
        pub(super) enum Field {
            $(#[doc = $name] $variant,)+
        }

        const FIELD_NAMES: &[&str] = &[$($name),+];
    };
}

fields! {
    Alias = "alias",
    Alternative = "alternative",
    Argument = "argument",
    Arguments = "arguments",
    Attribute = "attribute",
    Body = "body",
    Condition = "condition",
    Consequence = "consequence",
    Definition = "definition",
    Expression = "expression",
    Function = "function",
    Guard = "guard",
    Key = "key",
    Left = "left",
    ModuleName = "module_name",
    Name = "name",
    Object = "object",
    Operator = "operator",
    Operators = "operators",
    Parameters = "parameters",
    ReturnType = "return_type",
    Right = "right",
    Subject = "subject",
    Subscript = "subscript",
    Superclasses = "superclasses",
    Type = "type",
    Value = "value",
}

struct Tables {
    kinds: Vec<Kind>,
    fields: Vec<Option<NonZeroU16>>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let language: Language = tree_sitter_python::LANGUAGE.into();
    let kind = |id: usize| {
        let id = u16::try_from(id).unwrap_or(u16::MAX);
        if language.node_kind_is_named(id) {
            Kind::of_name(language.node_kind_for_id(id).unwrap_or_default())
        } else {
            Kind::Unlisted
        }
    };
    Tables {
        kinds: (0..language.node_kind_count()).map(kind).collect(),
        fields: FIELD_NAMES
            .iter()
            .map(|name| language.field_id_for_name(name))
            .collect(),
    }
});

impl Kind {
    /// The kind of `node`.
    pub(super) fn of(node: Node<'_>) -> Self {
        let id = usize::from(node.kind_id());
        TABLES.kinds.get(id).copied().unwrap_or(Self::Unlisted)
    }

    /// Whether statements stand inside of it, so that an error in one leaves the others readable.
    pub(super) const fn is_compound(self) -> bool {
        matches!(
            self,
            Self::FunctionDefinition
                | Self::ClassDefinition
                | Self::DecoratedDefinition
                | Self::IfStatement
                | Self::ForStatement
                | Self::WhileStatement
                | Self::WithStatement
                | Self::TryStatement
                | Self::MatchStatement
        )
    }
}

impl Field {
    /// The number the grammar gives it.
    pub(super) fn id(self) -> Option<NonZeroU16> {
        TABLES.fields[self as usize]
    }

    /// The first child of `node` in this field.
    pub(super) fn of<'n>(self, node: Node<'n>) -> Option<Node<'n>> {
        node.child_by_field_id(self.id()?.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_kind_and_field_exists_in_the_grammar() {
        let language: Language = tree_sitter_python::LANGUAGE.into();
        for (name, id) in FIELD_NAMES.iter().zip(&TABLES.fields) {
            assert!(id.is_some(), "field {name}");
        }
        let listed = TABLES.kinds.iter().filter(|kind| **kind != Kind::Unlisted);
        let mut seen: Vec<_> = listed.map(|kind| format!("{kind:?}")).collect();
        seen.sort();
        seen.dedup();
        let unlisted = (0..language.node_kind_count()).count() - seen.len();
        assert!(seen.len() > 90 && unlisted > 0, "{} kinds", seen.len());
    }
}
