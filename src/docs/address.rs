//! Addresses of documentation pages, and which addresses may be linked.

use crate::environment::Version;

/// Where the documentation lies unless somebody says otherwise.
pub const HOST: &str = "https://huggingface.co";

/// Hosts that a link may lead to.
const HOSTS: [&str; 7] = [
    "huggingface.co",
    "hf.co",
    "github.com",
    "pytorch.org",
    "docs.pytorch.org",
    "arxiv.org",
    "www.arxiv.org",
];

/// The documentation of one release of a library.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Site {
    /// `https://huggingface.co`, without a slash at the end.
    pub host: String,
    /// The product: `transformers`.
    pub product: String,
    /// `v5.23.0`, or `main`.
    pub version: String,
    /// `en`; none for products that have one language only.
    pub language: Option<String>,
}

impl Site {
    /// The documentation of that release on the Hub; `None` where a library has none there.
    pub fn of(library: &str, version: &Version) -> Option<Self> {
        Some(Self {
            host: HOST.to_owned(),
            product: product(library)?.to_owned(),
            version: format!("v{version}"),
            language: Some("en".to_owned()),
        })
    }

    /// The folder that holds its pages.
    pub fn root(&self) -> String {
        let Self {
            host,
            product,
            version,
            language,
        } = self;
        let language = language
            .as_ref()
            .map_or_else(String::new, |language| format!("/{language}"));
        format!("{host}/docs/{product}/{version}{language}")
    }

    /// A page, `main_classes/trainer`, and a place on it; `None` where the page leads elsewhere.
    pub fn page(&self, page: &str, anchor: Option<&str>) -> Option<String> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
        let climbs = page
            .split('/')
            .any(|part| part.is_empty() || part == "." || part == "..");
        if climbs || !page.chars().all(is_plain) {
            return None;
        }
        let anchor = anchor.map_or_else(String::new, |anchor| format!("#{}", escaped(anchor)));
        allowed(&format!("{}/{page}{anchor}", self.root()), &self.host)
    }

    /// The list of symbols.
    pub fn inventory(&self) -> String {
        format!("{}/objects.inv", self.root())
    }

    /// The Markdown of a page.
    pub fn markdown(&self, page: &str) -> Option<String> {
        self.page(page, None).map(|page| format!("{page}.md"))
    }

    /// Which versions there are.
    pub fn versions(&self) -> String {
        format!("{}/docs/{}/_versions.yml", self.host, self.product)
    }
}

/// The name under which a library is documented on the Hub.
pub fn product(library: &str) -> Option<&'static str> {
    Some(match library {
        "accelerate" => "accelerate",
        "autotrain-advanced" => "autotrain",
        "datasets" => "datasets",
        "diffusers" => "diffusers",
        "evaluate" => "evaluate",
        "huggingface-hub" => "huggingface_hub",
        "lighteval" => "lighteval",
        "optimum" => "optimum",
        "peft" => "peft",
        "safetensors" => "safetensors",
        "smolagents" => "smolagents",
        "timm" => "timm",
        "tokenizers" => "tokenizers",
        "transformers" => "transformers",
        "trl" => "trl",
        _ => return None,
    })
}

/// The address as it may be shown; `None` unless it is HTTPS, of a known host or of `own`, and of plain characters.
pub fn allowed(address: &str, own: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'*+,;=%".contains(c);
    let own = own.strip_prefix("https://").unwrap_or_default();
    let rest = address.strip_prefix("https://")?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let known = HOSTS.contains(&host) || (!own.is_empty() && host == own);
    // Parentheses may end a link too early.
    let address = address.replace('(', "%28").replace(')', "%29");
    (known && address.len() <= 500 && address.chars().all(plain)).then_some(address)
}

/// An anchor: names and dots.
fn escaped(anchor: &str) -> String {
    anchor
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "-_.~".contains(*c))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_has_an_address() {
        let site = Site::of("transformers", &"5.23.0".parse().unwrap()).unwrap();
        let anchor = Some("transformers.TrainingArguments.learning_rate");
        assert_eq!(
            site.page("main_classes/trainer", anchor).unwrap(),
            "https://huggingface.co/docs/transformers/v5.23.0/en/main_classes/trainer#transformers.TrainingArguments.learning_rate"
        );
        assert_eq!(site.page("../../x", None), None);
        assert_eq!(site.page("a?b", None), None);
        assert_eq!(
            site.markdown("index").unwrap(),
            "https://huggingface.co/docs/transformers/v5.23.0/en/index.md"
        );
        assert_eq!(product("torch"), None);
    }

    #[test]
    fn addresses_of_others_are_not_allowed() {
        for bad in [
            "http://huggingface.co/",
            "https://huggingface.co:443@evil.example/",
            "command:x",
            "//huggingface.co",
            "https://evil.example",
        ] {
            assert_eq!(allowed(bad, HOST), None, "{bad}");
        }
        assert!(allowed("https://mirror.example/docs/x", "https://mirror.example").is_some());
        assert!(
            allowed(
                "https://mirror.example.evil/docs/x",
                "https://mirror.example"
            )
            .is_none()
        );
        assert_eq!(
            allowed("https://github.com/a_(b)", HOST).unwrap(),
            "https://github.com/a_%28b%29"
        );
    }
}
