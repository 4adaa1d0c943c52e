//! A border written into a cell of a table.

use crate::organisation::place::e7;

/// The ring of `POLYGON ((115.41 31.80, 115.42 31.80, …))`, as programs that draw give it (WKT), or of
/// `115.41,31.80; 115.42,31.80; …`, as people write it: longitude and latitude of each corner, in 10⁻⁷ degrees.
/// The corner that closes it is left out.
///
/// # Errors
/// What of it is no corner, or that it has several parts.
///
/// ```
/// use zongheng_core::organisation::files::ring_of_words;
/// let ring = ring_of_words("115.4,31.6;115.5,31.6;115.5,31.7").unwrap();
/// assert_eq!(ring, ring_of_words("POLYGON((115.4 31.6,115.5 31.6,115.5 31.7,115.4 31.6))").unwrap());
/// assert_eq!(ring[2], [1_155_000_000, 317_000_000]);
/// ```
pub fn ring_of_words(text: &str) -> Result<Vec<[i64; 2]>, String> {
    let text = text.trim();
    let upper = text.get(..7).map(str::to_ascii_uppercase);
    let (corners, between, within) = match upper.as_deref() {
        Some("POLYGON") => (inside(&text[7..])?, ',', ' '),
        _ => (text, ';', ','),
    };
    let mut ring = Vec::new();
    for corner in corners.split(between).map(str::trim).filter(|corner| !corner.is_empty()) {
        ring.push(corner_of(corner, within).ok_or_else(|| {
            let shown: String = corner.chars().take(40).collect();
            format!("\"{shown}\" is no corner")
        })?);
    }
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    Ok(ring)
}

/// What stands between the two pairs of brackets of a polygon of one ring.
fn inside(text: &str) -> Result<&str, String> {
    let text = text.trim();
    let one = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).map(str::trim);
    let ring = one.and_then(|rest| rest.strip_prefix('(')).and_then(|rest| rest.strip_suffix(')'));
    let ring = ring.ok_or_else(|| "the polygon has no pair of brackets for its ring".to_owned())?;
    if ring.contains(['(', ')']) {
        return Err("it has several parts or a hole: make each part a grid of its own".to_owned());
    }
    Ok(ring)
}

fn corner_of(corner: &str, within: char) -> Option<[i64; 2]> {
    let mut parts = corner.split(within).map(str::trim).filter(|part| !part.is_empty());
    let mut next = || parts.next()?.parse().ok().and_then(e7);
    let corner = [next()?, next()?];
    parts.next().is_none().then_some(corner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_ring_is_refused_with_the_part_that_is_none() {
        for (text, says) in [
            ("115.4,31.6;115.5;115.5,31.7", "\"115.5\" is no corner"),
            ("115.4 31.6, 115.5 31.6", "is no corner"),
            ("115.4,31.6,12;115.5,31.6", "\"115.4,31.6,12\" is no corner"),
            ("inf,31.6;115.5,31.6", "\"inf,31.6\" is no corner"),
            ("POLYGON((1 1,2 2,3 1),(1 1,1 2,2 2))", "several parts or a hole"),
            ("POLYGON 1 1,2 2", "no pair of brackets"),
            ("polygon((east 1,2 2))", "\"east 1\" is no corner"),
        ] {
            let told = ring_of_words(text).unwrap_err();
            assert!(told.contains(says), "{text}: {told}");
        }
        assert_eq!(ring_of_words(" "), Ok(Vec::new()));
    }
}
