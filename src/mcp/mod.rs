//! The Model Context Protocol: the engine for coding agents.
//!
//! An agent calls tools, reads resources and takes a prompt; each tool is a file in `tools` that says what it takes,
//! what it gives and what it does. What they do is done by the functions behind the command line.

pub mod desk;
pub mod page;
pub mod prompt;
pub mod resource;
mod schema;
mod server;
pub mod tool;
pub mod tools;

use std::sync::Arc;

use rmcp::ServiceExt as _;

use self::desk::Desk;
use self::server::Server;

/// Serves one client over standard input and output, until it leaves.
///
/// # Errors
/// A sentence where the client's first messages are none of the protocol.
pub async fn serve(desk: Desk) -> Result<(), String> {
    let server = Server::new(Arc::new(desk));
    let running = server.serve(rmcp::transport::stdio()).await;
    let running = running.map_err(|error| format!("the conversation cannot begin: {error}"))?;
    let ended = running.waiting().await;
    ended.map(drop).map_err(|error| error.to_string())
}
