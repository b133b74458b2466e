//! What the client can do, and what this server offers to it.

use serde_json::Value;
use tower_lsp_server::gen_lsp_types::{
    ChangeNotifications, ClientCapabilities, CodeActionKind, CodeActionOptions, CodeLensOptions,
    CompletionOptions, DiagnosticOptions, DocumentLinkOptions, ExecuteCommandOptions,
    FileOperationOptions, InlineCompletionOptions, MarkupKind, NotebookCellLanguage,
    NotebookDocumentFilterWithCells, NotebookDocumentSyncOptions, PositionEncodingKind,
    RenameOptions, ResourceOperationKind, Save, SaveOptions, ServerCapabilities,
    ServerCompletionItemOptions, SignatureHelpOptions, SymbolKind, TextDocumentContentOptions,
    TextDocumentSyncKind, TextDocumentSyncOptions, WorkspaceFoldersServerCapabilities,
    WorkspaceOptions,
};

use super::code_action::FIX_ALL;
use super::execute_command::{APPLY, commands};
use super::session::Options;
pub use super::typing::{CompletionFeatures, SignatureFeatures};
use super::{register, will_rename_files};
use crate::engine::reading;
use crate::workspace::encoding::Encoding;

/// The parts of the client's capabilities that change what the server does.
#[derive(Clone, Debug, Default)]
pub struct ClientFeatures {
    /// The units of columns, negotiated.
    pub encoding: Encoding,
    /// Asks for diagnostics itself. Then none are pushed: clients would show both.
    pub pull_diagnostics: bool,
    /// Asks again for diagnostics when told that they may differ.
    pub refresh_diagnostics: bool,
    /// Shows other places of a diagnostic.
    pub related_information: bool,
    /// Strikes through what is deprecated.
    pub diagnostic_tags: bool,
    /// Keeps `data` of diagnostics.
    pub diagnostic_data: bool,
    /// Takes edits of the version they were made for.
    pub document_changes: bool,
    /// Makes files that an edit says are to be made.
    pub creates_files: bool,
    /// Shows an edit to the user before it is made, where it says so.
    pub confirms_edits: bool,
    /// Makes edits that the server asks for.
    pub apply_edit: bool,
    /// Takes code actions that are more than commands.
    pub action_literals: bool,
    /// Tells the best code action from the others.
    pub preferred_actions: bool,
    /// Asks for the edit of a code action only when it is chosen.
    pub resolve_edits: bool,
    /// Shows words beside links.
    pub link_tooltips: bool,
    /// Asks again for inlay hints when told that they may differ.
    pub refresh_hints: bool,
    /// Asks again for code lenses when told that they may differ.
    pub refresh_lenses: bool,
    /// Shows grey text behind the cursor.
    pub inline_completion: bool,
    /// Shows symbols within symbols.
    pub nested_symbols: bool,
    /// Knows the kinds of symbols in documents that came after the first version of the protocol.
    pub symbol_kinds: bool,
    /// The same in the whole workspace.
    pub workspace_symbol_kinds: bool,
    /// Asks what may be renamed before it asks for the new name.
    pub prepares_rename: bool,
    /// Says that files are to be renamed before it does so.
    pub will_rename_files: bool,
    /// Can be told which documents there is something to navigate in.
    pub registers_navigation: bool,
    /// Commands that it has for lenses, by its own words.
    pub commands: Vec<String>,
    /// Wants to know when the plans of the workspace may look different, by its own words.
    pub plan_changes: bool,
    /// Whether the user said that the workspace is not to be trusted.
    pub is_untrusted: bool,
    /// Reads Markdown in hovers.
    pub markdown: bool,
    /// How it shows proposals.
    pub completion: CompletionFeatures,
    /// How it shows signatures.
    pub signatures: SignatureFeatures,
    /// Answers `workspace/configuration`.
    pub configuration: bool,
    /// Watches files for the server.
    pub watch_files: bool,
    /// Shows progress that the server begins.
    pub progress: bool,
    /// Sends notebooks as such.
    pub notebooks: bool,
}

impl ClientFeatures {
    /// A client that can do nothing.
    pub const fn none() -> Self {
        Self {
            encoding: Encoding::Utf16,
            pull_diagnostics: false,
            refresh_diagnostics: false,
            related_information: false,
            diagnostic_tags: false,
            diagnostic_data: false,
            document_changes: false,
            creates_files: false,
            confirms_edits: false,
            apply_edit: false,
            action_literals: false,
            preferred_actions: false,
            resolve_edits: false,
            link_tooltips: false,
            refresh_hints: false,
            refresh_lenses: false,
            inline_completion: false,
            nested_symbols: false,
            symbol_kinds: false,
            workspace_symbol_kinds: false,
            prepares_rename: false,
            will_rename_files: false,
            registers_navigation: false,
            commands: Vec::new(),
            plan_changes: false,
            is_untrusted: false,
            markdown: false,
            completion: CompletionFeatures::none(),
            signatures: SignatureFeatures::none(),
            configuration: false,
            watch_files: false,
            progress: false,
            notebooks: false,
        }
    }

    /// Whether code actions have to be commands, whose edits the server then asks the client to make.
    pub const fn acts_by_command(&self) -> bool {
        !self.action_literals && self.apply_edit
    }

    /// Reads what the client announced, and its `initializationOptions`.
    pub fn new(client: &ClientCapabilities, options: &Value) -> Self {
        let workspace = client.workspace.clone().unwrap_or_default();
        let text = client.text_document.clone().unwrap_or_default();
        let pull = text.diagnostic.as_ref();
        // Older clients that pull say only where they speak of pushing what they show.
        let pulled = pull.map(|pull| &pull.diagnostics_capabilities);
        let pushed = text.publish_diagnostics.as_ref();
        let pushed = pushed.map(|push| &push.diagnostics_capabilities);
        let shown = || pulled.into_iter().chain(pushed);
        let actions = text.code_action.as_ref();
        let resolve = actions.and_then(|actions| actions.resolve_support.as_ref());
        let has = |feature: Option<bool>| feature == Some(true);
        let edits = workspace.workspace_edit.as_ref();
        let document_changes = has(edits.and_then(|it| it.document_changes));
        let operations = edits.and_then(|it| it.resource_operations.as_ref());
        let files = workspace.file_operations.as_ref();
        let refresh_diagnostics = has(workspace.diagnostics.and_then(|it| it.refresh_support));
        let symbols = text.document_symbol.as_ref();
        let of_document = symbols.and_then(|it| it.symbol_kind.as_ref());
        let of_workspace = workspace.symbol.as_ref();
        let of_workspace = of_workspace.and_then(|it| it.symbol_kind.as_ref());
        Self {
            encoding: encoding(client),
            // A client that cannot be told to ask again would keep showing what changed settings, packages or
            // other files have made untrue.
            pull_diagnostics: pull.is_some() && refresh_diagnostics,
            refresh_diagnostics,
            related_information: shown().any(|it| has(it.related_information)),
            diagnostic_tags: shown().any(|it| it.tag_support.is_some()),
            diagnostic_data: shown().any(|it| has(it.data_support)),
            document_changes,
            // Neovim 0.11 names this and not `documentChanges`, the only place where it can be asked for.
            creates_files: operations.is_some_and(|it| it.contains(&ResourceOperationKind::Create)),
            confirms_edits: document_changes
                && edits.is_some_and(|it| it.change_annotation_support.is_some()),
            apply_edit: has(workspace.apply_edit),
            action_literals: actions.is_some_and(|it| it.code_action_literal_support.is_some()),
            preferred_actions: has(actions.and_then(|it| it.is_preferred_support)),
            link_tooltips: has(text
                .document_link
                .as_ref()
                .and_then(|it| it.tooltip_support)),
            resolve_edits: has(actions.and_then(|it| it.data_support))
                && resolve.is_some_and(|it| it.properties.iter().any(|name| name == "edit")),
            refresh_hints: has(workspace.inlay_hint.and_then(|it| it.refresh_support)),
            refresh_lenses: has(workspace.code_lens.and_then(|it| it.refresh_support)),
            inline_completion: text.inline_completion.is_some(),
            nested_symbols: has(text
                .document_symbol
                .as_ref()
                .and_then(|it| it.hierarchical_document_symbol_support)),
            symbol_kinds: knows_all(of_document.and_then(|it| it.value_set.as_deref())),
            workspace_symbol_kinds: knows_all(of_workspace.and_then(|it| it.value_set.as_deref())),
            prepares_rename: has(text.rename.as_ref().and_then(|it| it.prepare_support)),
            will_rename_files: has(files.and_then(|it| it.will_rename)),
            registers_navigation: register::can_navigate(&text),
            commands: serde_json::from_value(options["commands"].clone()).unwrap_or_default(),
            plan_changes: options["planChanges"] == true,
            is_untrusted: options["trusted"] == false,
            markdown: text
                .hover
                .and_then(|hover| hover.content_format)
                .is_some_and(|formats| formats.contains(&MarkupKind::Markdown)),
            completion: CompletionFeatures::new(text.completion.as_ref()),
            signatures: SignatureFeatures::new(text.signature_help.as_ref()),
            configuration: has(workspace.configuration),
            watch_files: has(workspace
                .did_change_watched_files
                .and_then(|it| it.dynamic_registration)),
            progress: has(client.window.as_ref().and_then(|it| it.work_done_progress)),
            notebooks: client.notebook_document.is_some(),
        }
    }
}

/// Whether a client knows the kinds that are used and that came after the first version of the protocol.
fn knows_all(known: Option<&[SymbolKind]>) -> bool {
    let later = [SymbolKind::Event, SymbolKind::Key];
    known.is_some_and(|known| later.iter().all(|kind| known.contains(kind)))
}

/// UTF-8 where the client offers it (no conversion), else the first that it offers, else UTF-16, which
/// every client must know.
fn encoding(client: &ClientCapabilities) -> Encoding {
    let offered = client
        .general
        .as_ref()
        .and_then(|general| general.position_encodings.as_deref())
        .unwrap_or_default();
    let known = |kind: &PositionEncodingKind| match kind {
        PositionEncodingKind::UTF8 => Some(Encoding::Utf8),
        PositionEncodingKind::UTF16 => Some(Encoding::Utf16),
        PositionEncodingKind::UTF32 => Some(Encoding::Utf32),
        PositionEncodingKind::Custom(_) => None,
    };
    let mut offered = offered.iter().filter_map(known);
    let first = offered.next().unwrap_or_default();
    if offered.any(|encoding| encoding == Encoding::Utf8) {
        return Encoding::Utf8;
    }
    first
}

/// What the server offers to a client of these features.
pub fn server(client: &ClientFeatures, options: Options) -> ServerCapabilities {
    let navigation = !client.registers_navigation;
    let mut commands = commands(options);
    if client.acts_by_command() {
        commands.push(APPLY.to_owned());
    }
    ServerCapabilities {
        position_encoding: Some(match client.encoding {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }),
        text_document_sync: Some(
            TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::Incremental),
                save: Some(Save::SaveOptions(SaveOptions {
                    include_text: Some(false),
                })),
                ..TextDocumentSyncOptions::default()
            }
            .into(),
        ),
        notebook_document_sync: client.notebooks.then(|| notebooks().into()),
        hover_provider: Some(true.into()),
        document_link_provider: Some(DocumentLinkOptions::default()),
        inlay_hint_provider: Some(true.into()),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(TRIGGERS.map(str::to_owned).to_vec()),
            resolve_provider: Some(true),
            completion_item: Some(ServerCompletionItemOptions {
                label_details_support: Some(true),
            }),
            ..CompletionOptions::default()
        }),
        signature_help_provider: Some(SignatureHelpOptions {
            trigger_characters: Some(["(", ","].map(str::to_owned).to_vec()),
            ..SignatureHelpOptions::default()
        }),
        code_action_provider: Some(match client.action_literals {
            true => CodeActionOptions {
                code_action_kinds: Some(vec![
                    CodeActionKind::QuickFix,
                    CodeActionKind::RefactorRewrite,
                    CodeActionKind::Source,
                    FIX_ALL,
                ]),
                resolve_provider: Some(true),
                ..CodeActionOptions::default()
            }
            .into(),
            false => true.into(),
        }),
        code_lens_provider: Some(CodeLensOptions::default()),
        inline_completion_provider: client
            .inline_completion
            .then(|| InlineCompletionOptions::default().into()),
        definition_provider: navigation.then(|| true.into()),
        references_provider: navigation.then(|| true.into()),
        document_symbol_provider: navigation.then(|| true.into()),
        folding_range_provider: navigation.then(|| true.into()),
        rename_provider: navigation.then(|| match client.prepares_rename {
            true => rename(client).into(),
            false => true.into(),
        }),
        workspace_symbol_provider: Some(true.into()),
        diagnostic_provider: client.pull_diagnostics.then(|| {
            DiagnosticOptions {
                identifier: Some("hf-lsp".into()),
                // What one cell imports the next one uses; a journal speaks of code, and code of a journal.
                inter_file_dependencies: true,
                workspace_diagnostics: true,
                ..DiagnosticOptions::default()
            }
            .into()
        }),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands,
            ..ExecuteCommandOptions::default()
        }),
        workspace: Some(WorkspaceOptions {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(ChangeNotifications::Bool(true)),
            }),
            file_operations: client.will_rename_files.then(|| FileOperationOptions {
                will_rename: Some(will_rename_files::wanted()),
                ..FileOperationOptions::default()
            }),
            text_document_content: Some(
                TextDocumentContentOptions::new(vec![reading::SCHEME.to_owned()]).into(),
            ),
        }),
        ..ServerCapabilities::default()
    }
}

/// What proposals follow: in calls, strings and imports, and behind the box of a step.
const TRIGGERS: [&str; 7] = ["(", ",", ".", "\"", "'", "=", " "];

/// How names are changed: clients that do not prepare must not be told that they can.
pub fn rename(client: &ClientFeatures) -> RenameOptions {
    RenameOptions {
        prepare_provider: client.prepares_rename.then_some(true),
        ..RenameOptions::default()
    }
}

/// Notebooks with cells of Python, whatever made them.
fn notebooks() -> NotebookDocumentSyncOptions {
    let python = NotebookCellLanguage {
        language: "python".to_owned(),
    };
    let selector = NotebookDocumentFilterWithCells {
        notebook: None,
        cells: vec![python],
    };
    NotebookDocumentSyncOptions {
        notebook_selector: vec![selector.into()],
        save: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn negotiated(offered: serde_json::Value) -> Encoding {
        let client = json!({"general": {"positionEncodings": offered}});
        encoding(&serde_json::from_value(client).unwrap())
    }

    #[test]
    fn prefers_utf8_then_what_the_client_prefers() {
        assert_eq!(negotiated(json!(["utf-16", "utf-8"])), Encoding::Utf8);
        assert_eq!(negotiated(json!(["utf-8", "utf-16"])), Encoding::Utf8);
        assert_eq!(negotiated(json!(["utf-32", "utf-16"])), Encoding::Utf32);
        assert_eq!(negotiated(json!(["utf-7"])), Encoding::Utf16);
        assert_eq!(negotiated(json!(null)), Encoding::Utf16);
    }
}
