//! Styles and pictures, built into the binary and served under names that hold their hash, so that
//! a browser may keep them for ever and an update is seen at once.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// The style files in the order in which they are joined; the layers, not this order, decide which
/// rule is stronger.
const STYLES: &[&str] = &[
    include_str!("../../../../ui/styles/layers.css"),
    include_str!("../../../../ui/styles/reset.css"),
    include_str!("../../../../ui/styles/tokens.css"),
    include_str!("../../../../ui/styles/base.css"),
    include_str!("../../../../ui/styles/layout.css"),
    include_str!("../../../../ui/styles/menu.css"),
    include_str!("../../../../ui/styles/sheet.css"),
    include_str!("../../../../ui/styles/lamp.css"),
    include_str!("../../../../ui/styles/tag.css"),
    include_str!("../../../../ui/styles/button.css"),
    include_str!("../../../../ui/styles/chip.css"),
    include_str!("../../../../ui/styles/table.css"),
    include_str!("../../../../ui/styles/field.css"),
    include_str!("../../../../ui/styles/why.css"),
    include_str!("../../../../ui/styles/facts.css"),
    include_str!("../../../../ui/styles/note.css"),
    include_str!("../../../../ui/styles/chart.css"),
    include_str!("../../../../ui/styles/rows.css"),
    include_str!("../../../../ui/styles/acts.css"),
    include_str!("../../../../ui/styles/actbar.css"),
    include_str!("../../../../ui/styles/three.css"),
    include_str!("../../../../ui/styles/held.css"),
    include_str!("../../../../ui/styles/today.css"),
    include_str!("../../../../ui/styles/register.css"),
    include_str!("../../../../ui/styles/files.css"),
    include_str!("../../../../ui/styles/matter.css"),
    include_str!("../../../../ui/styles/intake.css"),
    include_str!("../../../../ui/styles/organisation.css"),
    include_str!("../../../../ui/styles/phone.css"),
    include_str!("../../../../ui/styles/session.css"),
    include_str!("../../../../ui/styles/print.css"),
];

/// One file as it is sent.
#[derive(Debug)]
pub struct Asset {
    /// The name under `/assets/`, with the first 16 digits of the content's hash.
    pub name: String,
    /// Its media type, for `Content-Type`.
    pub media: &'static str,
    pub bytes: Vec<u8>,
    /// The same, compressed with gzip.
    pub gzip: Vec<u8>,
}

impl Asset {
    fn new(stem: &str, ext: &str, media: &'static str, bytes: Vec<u8>) -> Self {
        let hash = hex::encode(Sha256::digest(&bytes));
        let gzip = squeeze(&bytes);
        Self { name: format!("{stem}.{}.{ext}", &hash[..16]), media, bytes, gzip }
    }

    /// Its address.
    pub fn href(&self) -> String {
        format!("/assets/{}", self.name)
    }
}

fn squeeze(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;

    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    // Writing into a vector cannot fail; if it did, an empty body would be served as not compressed.
    gzip.write_all(bytes).and_then(|()| gzip.finish()).unwrap_or_default()
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("zongheng", "css", "text/css; charset=utf-8", STYLES.concat().into_bytes())
});
static FAVICON: LazyLock<Asset> = LazyLock::new(|| {
    let bytes = include_bytes!("../../../../ui/static/favicon.svg").to_vec();
    Asset::new("favicon", "svg", "image/svg+xml", bytes)
});

/// The one style sheet of all pages.
pub fn style() -> &'static Asset {
    &STYLE
}

pub fn favicon() -> &'static Asset {
    &FAVICON
}

/// The file of that name; `None` for a name that is not, or no longer, served.
pub fn named(name: &str) -> Option<&'static Asset> {
    [style(), favicon()].into_iter().find(|asset| asset.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style_file_is_joined() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/styles");
        let css = String::from_utf8(style().bytes.clone()).unwrap();
        let mut seen = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(css.contains(&text), "{} is not in the list", path.display());
            seen += 1;
        }
        assert_eq!(seen, STYLES.len());
        assert!(css.starts_with("/*") && css.contains("@layer reset, tokens, base, layout"));
        assert_eq!(css.matches('{').count(), css.matches('}').count());
    }

    #[test]
    fn a_file_is_found_by_its_hashed_name_only() {
        assert_eq!(named(&style().name).unwrap().media, "text/css; charset=utf-8");
        assert!(named("zongheng.css").is_none());
        assert!(style().gzip.len() * 3 < style().bytes.len());
    }
}
