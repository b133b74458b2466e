//! As much of HTTP as is needed: one request for each connection.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::answers::answer;
use super::{Port, Reply, Seen};

pub async fn listen(
    listener: TcpListener,
    port: Port,
    seen: Arc<Mutex<Vec<Seen>>>,
    foreign: String,
) {
    while let Ok((stream, _)) = listener.accept().await {
        let (seen, foreign) = (Arc::clone(&seen), foreign.clone());
        tokio::spawn(async move {
            // Whoever asks may go away at any time.
            let _ = serve(stream, port, &seen, &foreign).await;
        });
    }
}

async fn serve(
    mut stream: TcpStream,
    port: Port,
    seen: &Mutex<Vec<Seen>>,
    foreign: &str,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut words = head.split(' ');
    let header = |name: &str| {
        head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        })
    };
    let request = Seen {
        port,
        method: words.next().unwrap_or_default().to_owned(),
        path: words.next().unwrap_or_default().to_owned(),
        authorization: header("authorization"),
        if_none_match: header("if-none-match"),
        head: head.clone(),
    };
    seen.lock().unwrap().push(request.clone());
    match answer(&request, foreign) {
        Reply::Plain(status, headers, body) => {
            let mut text = format!(
                "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n",
                body.len()
            );
            for (name, value) in headers {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
            stream.write_all(text.as_bytes()).await?;
            stream.write_all(b"\r\n").await?;
            stream.write_all(&body).await?;
            stream.shutdown().await
        }
        Reply::Stall => std::future::pending().await,
        Reply::Drip => {
            stream
                .write_all(b"HTTP/1.1 200 X\r\nConnection: close\r\n\r\n")
                .await?;
            loop {
                stream.write_all(b" ").await?;
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
        Reply::Endless => {
            stream
                .write_all(b"HTTP/1.1 200 X\r\nConnection: close\r\n\r\n[")
                .await?;
            loop {
                stream.write_all(&[b' '; 65_536]).await?;
            }
        }
    }
}
