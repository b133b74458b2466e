//! The protocol's requests.

use std::sync::Arc;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData,
    GetPromptRequestParams, GetPromptResponse, Implementation, ListPromptsResult,
    ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
    ProgressNotificationParam, ReadResourceRequestParams, ReadResourceResponse, ServerCapabilities,
    ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{RoleServer, ServerHandler};

use super::desk::Desk;
use super::tool::{Call, Entry, short};
use super::{prompt, resource, tools};

/// What agents are told about all tools together.
const INSTRUCTIONS: &str = "Facts about transformers, trl, peft, datasets, accelerate, huggingface_hub, diffusers and other \
Hugging Face libraries, of exactly the releases that this project uses. Begin with hf_context. Ask hf_signature or hf_docs \
before you write a call from memory: these libraries change every month. Check what you wrote with hf_check; its findings are \
proved from the releases' sources. Plans of the project are made with hf_plan_generate and followed with hf_plan_next and \
hf_plan_update.";

/// The server of one client.
pub struct Server {
    desk: Arc<Desk>,
    entries: Vec<Entry>,
}

impl Server {
    /// A server for that desk.
    pub fn new(desk: Arc<Desk>) -> Self {
        let entries = tools::all();
        Self { desk, entries }
    }

    /// Does something where waiting is no harm.
    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Desk) -> T + Send + 'static,
    ) -> Result<T, ErrorData> {
        let desk = Arc::clone(&self.desk);
        let done = tokio::task::spawn_blocking(move || work(&desk)).await;
        done.map_err(|_| {
            ErrorData::internal_error("hf-lsp failed inside; other requests work", None)
        })
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_resources()
            .enable_prompts()
            .build();
        let mut config = ServerConfig::new(capabilities).with_instructions(INSTRUCTIONS);
        config.server_info =
            Implementation::new("hf-lsp", env!("CARGO_PKG_VERSION")).with_title("hf-lsp");
        config
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = self.entries.iter().map(|entry| entry.tool.clone());
        Ok(ListToolsResult::with_all_items(tools.collect()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let named = self
            .entries
            .iter()
            .find(|entry| entry.tool.name == request.name);
        let Some(run) = named.map(|entry| entry.run) else {
            let names: Vec<&str> = self.entries.iter().map(|it| &*it.tool.name).collect();
            let all = names.join(", ");
            let why = format!(
                "there is no tool `{}`; there are {all}",
                short(&request.name)
            );
            return Err(ErrorData::invalid_params(why, None));
        };
        let arguments = request.arguments.unwrap_or_default();
        let (call, mut heard) = Call::new();
        let (desk, own) = (Arc::clone(&self.desk), call.clone());
        let mut work = tokio::task::spawn_blocking(move || run(&desk, arguments, &own));
        let token = context.meta.get_progress_token();
        let done = loop {
            tokio::select! {
                done = &mut work => break done,
                () = context.ct.cancelled() => {
                    call.cancel();
                    return Err(ErrorData::invalid_request("the call was cancelled", None));
                }
                Ok(()) = heard.changed(), if token.is_some() => {
                    let (done, of) = *heard.borrow_and_update();
                    if let Some(token) = token.clone() {
                        #[expect(clippy::cast_precision_loss, reason = "files are fewer")]
                        let told = ProgressNotificationParam::new(token, done as f64).with_total(of as f64);
                        let _ = context.peer.notify_progress(told).await;
                    }
                }
            }
        };
        let result = match done {
            Ok(Ok(value)) => CallToolResult::structured(value),
            Ok(Err(refusal)) => CallToolResult::error(vec![ContentBlock::text(refusal.told())]),
            Err(_) => CallToolResult::error(vec![ContentBlock::text(
                "hf-lsp failed inside while it did this; other tools work",
            )]),
        };
        Ok(result.into())
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let found = self.aside(resource::list).await?;
        Ok(ListResourcesResult::with_all_items(found))
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(ListResourceTemplatesResult::with_all_items(
            resource::templates(),
        ))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let read = self.aside(move |desk| resource::read(desk, &request.uri));
        let read = read.await?;
        read.map(Into::into)
            .map_err(|refusal| ErrorData::resource_not_found(refusal.told(), None))
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::with_all_items(prompt::list()))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let made = prompt::get(&request.name, request.arguments.as_ref());
        made.map(Into::into)
            .map_err(|refusal| ErrorData::invalid_params(refusal.told(), None))
    }
}
