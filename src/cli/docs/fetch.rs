//! `hf-lsp docs --fetch transformers==5.23.0`

use std::io::IsTerminal;
use std::time::Duration;

use futures::{StreamExt, stream};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::Error;
use crate::cli::network::Network;
use crate::docs::address::Site;
use crate::engine::pages::{fetch_page, inventory};
use crate::environment::Version;
use crate::hub;
use crate::knowledge::store::normalise;

/// Pages at one time; the client has a limit of its own.
const AT_ONCE: usize = 4;
/// A page is asked for so often where the rate limit stands in the way.
const ATTEMPTS: usize = 8;

/// Fetches every page that explains a symbol of a release.
///
/// # Errors
/// A sentence where the release has no documentation, or it cannot be had.
pub fn fetch(network: &Network, release: &str) -> Result<(), Error> {
    let site = site(release)?;
    let client = network.hub.client();
    let found = network.runtime.block_on(inventory(client, &site));
    let (found, listed) = found.map_err(|error| {
        Error(format!(
            "the documentation of {release} cannot be fetched: {error}"
        ))
    })?;
    if found != site {
        anstream::eprintln!(
            "hf-lsp: {release} has no pages of its own; those of {} are fetched",
            found.version
        );
    }
    let pages = listed.pages();
    let bar = progress(pages.len());
    let lost = network.runtime.block_on(async {
        let fetches = stream::iter(&pages).map(|page| {
            let (found, bar) = (&found, &bar);
            async move {
                let fetched = patiently(network, found, page).await;
                bar.inc(1);
                fetched.err().map(|error| format!("{page}: {error}"))
            }
        });
        let lost = fetches
            .buffer_unordered(AT_ONCE)
            .filter_map(|lost| async { lost });
        lost.collect::<Vec<String>>().await
    });
    bar.finish_and_clear();
    anstream::println!(
        "{} of {} pages of {} {}",
        pages.len() - lost.len(),
        pages.len(),
        found.product,
        found.version
    );
    match lost.first() {
        Some(first) => Err(Error(format!(
            "{} pages could not be fetched; {first}",
            lost.len()
        ))),
        None => Ok(()),
    }
}

/// Waits for as long as the rate limit says.
async fn patiently(network: &Network, site: &Site, page: &str) -> Result<(), hub::Error> {
    let client = network.hub.client();
    for _ in 1..ATTEMPTS {
        match fetch_page(client, site, page).await {
            Err(hub::Error::RateLimited { wait }) => {
                tokio::time::sleep(wait + Duration::from_millis(200)).await;
            }
            other => return other,
        }
    }
    fetch_page(client, site, page).await
}

fn site(release: &str) -> Result<Site, Error> {
    let wrong = || Error(format!("`{release}` is not PACKAGE==VERSION"));
    let (library, version) = release.split_once("==").ok_or_else(wrong)?;
    let version: Version = version.trim().parse().map_err(|_| wrong())?;
    let library = normalise(library.trim());
    Site::of(&library, &version)
        .ok_or_else(|| Error(format!("`{library}` has no documentation there")))
}

fn progress(pages: usize) -> ProgressBar {
    let bar = ProgressBar::new(pages as u64);
    bar.set_style(
        ProgressStyle::with_template("{spinner} fetching {pos}/{len} pages {wide_bar}")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    match std::io::stderr().is_terminal() {
        true => bar.enable_steady_tick(Duration::from_millis(100)),
        false => bar.set_draw_target(ProgressDrawTarget::hidden()),
    }
    bar
}
