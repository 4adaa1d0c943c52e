//! A form as it was sent: every field in order, bounded, in UTF-8.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use serde_json::{Map, Value};

use crate::api::problem::Problem;
use crate::app::Shared;
use crate::web::LARGEST;

/// The fields of a form, as many of a name as were sent.
#[derive(Debug, Clone, Default)]
pub(super) struct Form(pub(super) Vec<(String, String)>);

impl FromRequest<Shared> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Shared) -> Result<Self, Problem> {
        let bytes =
            to_bytes(request.into_body(), LARGEST).await.map_err(|_| Problem::too_large())?;
        read(&bytes)
    }
}

/// Reads `a=b&c=d`. A browser sends UTF-8 here, since every page is.
pub(super) fn read(bytes: &[u8]) -> Result<Form, Problem> {
    let text = |part: &[u8]| {
        let mut out = Vec::with_capacity(part.len());
        let mut rest = part.iter().copied();
        while let Some(byte) = rest.next() {
            match byte {
                b'+' => out.push(b' '),
                b'%' => {
                    let pair = [rest.next().unwrap_or(b'?'), rest.next().unwrap_or(b'?')];
                    let byte =
                        hex::decode(pair).map_err(|_| Problem::malformed("a broken escape"))?;
                    out.extend(byte);
                }
                byte => out.push(byte),
            }
        }
        String::from_utf8(out).map_err(|_| Problem::malformed("a field is no UTF-8"))
    };
    let pairs = bytes.split(|b| *b == b'&').filter(|part| !part.is_empty());
    let fields = pairs.map(|pair| {
        let at = pair.iter().position(|b| *b == b'=').unwrap_or(pair.len());
        let value = pair.get(at + 1..).unwrap_or_default();
        // A browser ends lines by CR LF; texts are kept with LF, whichever way they came.
        Ok((text(&pair[..at])?, text(value)?.replace("\r\n", "\n")))
    });
    fields.collect::<Result<_, Problem>>().map(Form)
}

impl Form {
    /// The query of an address, read alike.
    pub(super) fn of_query(query: Option<&str>) -> Result<Self, Problem> {
        read(query.unwrap_or_default().as_bytes())
    }

    /// The first field of that name that is not empty.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(n, v)| n == name && !v.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn trimmed(&self, name: &str) -> Option<&str> {
        self.first(name).map(str::trim).filter(|v| !v.is_empty())
    }

    /// The field as a text of a command, where something was written.
    pub(super) fn put(&self, into: &mut Map<String, Value>, name: &str) {
        if let Some(value) = self.trimmed(name) {
            into.insert(name.to_owned(), value.into());
        }
    }

    /// A tick: there or not.
    pub(super) fn ticked(&self, name: &str) -> bool {
        self.first(name) == Some("true")
    }
}

/// A text as it stands in an address.
pub fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'/') {
            out.push(char::from(byte));
        } else {
            let _written = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// `2022-04-19T18:00`, county time, as a moment of the API.
pub(super) fn with_offset(value: &str) -> String {
    match value.len() {
        16 => format!("{value}:00+08:00"),
        19 => format!("{value}+08:00"),
        _ => value.to_owned(),
    }
}

/// A path of this server to come back to; anything that could lead elsewhere becomes `otherwise`.
pub(super) fn back<'a>(here: Option<&'a str>, otherwise: &'a str) -> &'a str {
    let own = |path: &&str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && !path.contains(['\\', '\r', '\n'])
            && path.is_ascii()
    };
    here.filter(own).unwrap_or(otherwise)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_form_reads_as_it_was_sent() {
        let form = read("a=1+2&b=%E6%A1%A5%0D%0Ax&a=3&empty=".as_bytes()).unwrap();
        let sent: Vec<&str> = form.0.iter().filter(|f| f.0 == "a").map(|f| f.1.as_str()).collect();
        assert_eq!(sent, ["1 2", "3"]);
        assert_eq!(form.first("b"), Some("桥\nx"));
        assert_eq!(form.first("empty"), None);
        assert_eq!(read(b"a=%FF").unwrap_err().code, "malformed");
        assert_eq!(read(b"a=%G1").unwrap_err().code, "malformed");
        assert_eq!(encoded("/matters?lamp=red"), "/matters%3Flamp%3Dred");
    }

    #[test]
    fn nobody_is_sent_to_another_site() {
        assert_eq!(back(Some("/matters?lamp=red"), "/today"), "/matters?lamp=red");
        for elsewhere in ["//example.org", "https://example.org", "/\\example.org", "", "/a\r\nb"] {
            assert_eq!(back(Some(elsewhere), "/today"), "/today", "{elsewhere}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// What a browser sends is what was typed, with lines that end by LF; any other bytes are read or refused.
        #[test]
        fn what_was_typed_comes_in(
            typed in prop::collection::vec((any::<String>(), any::<String>()), 0..6), bytes: Vec<u8>,
        ) {
            let sent: Vec<String> =
                typed.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
            let kept: Vec<(String, String)> =
                typed.into_iter().map(|(name, value)| (name, value.replace("\r\n", "\n"))).collect();
            prop_assert_eq!(read(sent.join("&").as_bytes()).unwrap().0, kept);
            if let Err(refused) = read(&bytes) {
                prop_assert_eq!(refused.code, "malformed");
            }
        }
    }
}
