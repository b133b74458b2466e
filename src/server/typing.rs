//! What the client says about how it helps while typing.

use tower_lsp_server::gen_lsp_types::{
    CompletionClientCapabilities, CompletionItemKind, CompletionItemTag, CompletionItemTagOptions,
    InsertTextMode, MarkupKind, SignatureHelpClientCapabilities,
};

/// How a client shows proposals.
#[derive(Clone, Copy, Debug, Default)]
pub struct CompletionFeatures {
    /// Shows details close behind the label, and others at the end of the line.
    pub label_details: bool,
    /// Strikes through what is deprecated.
    pub tags: bool,
    /// Reads Markdown.
    pub markdown: bool,
    /// Lets the user choose whether the rest of a word is replaced too.
    pub insert_replace: bool,
    /// Can be told to leave the blanks at the starts of lines alone.
    pub as_is: bool,
    /// Knows the kinds that came after the first version of the protocol.
    pub kinds: bool,
}

impl CompletionFeatures {
    /// A client that can do nothing.
    pub const fn none() -> Self {
        Self {
            label_details: false,
            tags: false,
            markdown: false,
            insert_replace: false,
            as_is: false,
            kinds: false,
        }
    }

    /// Reads what the client announced.
    pub fn new(client: Option<&CompletionClientCapabilities>) -> Self {
        let Some(item) = client.and_then(|client| client.completion_item.as_ref()) else {
            return Self::none();
        };
        let kinds = client.and_then(|client| client.completion_item_kind.as_ref());
        let kinds = kinds.and_then(|it| it.value_set.as_deref());
        let later = [CompletionItemKind::EnumMember, CompletionItemKind::Constant];
        let modes = item.insert_text_mode_support.as_ref();
        let deprecated = |tags: &CompletionItemTagOptions| {
            tags.value_set.contains(&CompletionItemTag::Deprecated)
        };
        Self {
            label_details: item.label_details_support == Some(true),
            tags: item.tag_support.as_ref().is_some_and(deprecated),
            insert_replace: item.insert_replace_support == Some(true),
            as_is: modes.is_some_and(|it| it.value_set.contains(&InsertTextMode::AsIs)),
            kinds: kinds.is_some_and(|known| later.iter().all(|kind| known.contains(kind))),
            markdown: item
                .documentation_format
                .as_ref()
                .is_some_and(|formats| formats.contains(&MarkupKind::Markdown)),
        }
    }
}

/// How a client shows signatures.
#[derive(Clone, Copy, Debug, Default)]
pub struct SignatureFeatures {
    /// Finds parameters by their place in the label.
    pub label_offsets: bool,
    /// Can be told the active parameter of one signature.
    pub own_active: bool,
    /// Can be told that no parameter is active.
    pub no_active: bool,
    /// Reads Markdown.
    pub markdown: bool,
}

impl SignatureFeatures {
    /// A client that can do nothing.
    pub const fn none() -> Self {
        Self {
            label_offsets: false,
            own_active: false,
            no_active: false,
            markdown: false,
        }
    }

    /// Reads what the client announced.
    pub fn new(client: Option<&SignatureHelpClientCapabilities>) -> Self {
        let Some(signature) = client.and_then(|client| client.signature_information.as_ref())
        else {
            return Self::none();
        };
        let parameters = signature.parameter_information.as_ref();
        Self {
            label_offsets: parameters.is_some_and(|it| it.label_offset_support == Some(true)),
            own_active: signature.active_parameter_support == Some(true),
            no_active: signature.no_active_parameter_support == Some(true),
            markdown: signature
                .documentation_format
                .as_ref()
                .is_some_and(|formats| formats.contains(&MarkupKind::Markdown)),
        }
    }
}
