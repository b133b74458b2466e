//! A stand-in for the Hub, its dataset viewer, its documentation, and for hosts that have nothing to do with them.
//!
//! Two listeners on this machine: the Hub with its documentation, and a foreign one, which also plays the dataset
//! viewer. Both write down who asked for what, and whether a token came along.

#![allow(dead_code, reason = "each target uses its part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

mod answers;
mod wire;

use std::sync::{Arc, Mutex};

use tokio::net::TcpListener;

pub use answers::CONFIG_SHA;

/// Which listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    Hub,
    Foreign,
}

/// A request as it came in.
#[derive(Clone, Debug)]
pub struct Seen {
    pub port: Port,
    pub method: String,
    /// With the query.
    pub path: String,
    pub authorization: Option<String>,
    pub if_none_match: Option<String>,
    /// All of it, for what must not be in it.
    pub head: String,
}

/// What comes back.
pub enum Reply {
    /// Status, headers, body.
    Plain(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// Nothing, ever.
    Stall,
    /// A byte now and then, for ever.
    Drip,
    /// A body without an end.
    Endless,
}

/// Both listeners.
pub struct StandIn {
    pub hub: String,
    pub foreign: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl StandIn {
    /// Starts listening; ends with the runtime of the test.
    pub async fn start() -> Self {
        let hub = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let foreign = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = |listener: &TcpListener| format!("http://{}", listener.local_addr().unwrap());
        let stand_in = Self {
            hub: address(&hub),
            foreign: address(&foreign),
            seen: Arc::default(),
        };
        for (port, listener) in [(Port::Hub, hub), (Port::Foreign, foreign)] {
            let (seen, elsewhere) = (Arc::clone(&stand_in.seen), stand_in.foreign.clone());
            tokio::spawn(wire::listen(listener, port, seen, elsewhere));
        }
        stand_in
    }

    /// Everything so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The paths that one listener was asked for.
    pub fn paths(&self, port: Port) -> Vec<String> {
        let of = |seen: Seen| (seen.port == port).then_some(seen.path);
        self.seen().into_iter().filter_map(of).collect()
    }
}
