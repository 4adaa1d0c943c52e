//! A form that may bring a file: `multipart/form-data` (RFC 7578), bounded, every part in UTF-8. A file's
//! text becomes a field of its name, the file's own name the field `file`.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;

use super::form::{Form, read};
use crate::api::problem::Problem;
use crate::app::Shared;
use crate::web::LARGEST;

pub(super) struct Upload(pub(super) Form);

impl FromRequest<Shared> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Shared) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        let boundary = kind.and_then(boundary_of);
        let bytes =
            to_bytes(request.into_body(), LARGEST).await.map_err(|_| Problem::too_large())?;
        match boundary {
            Some(boundary) => parts(&bytes, &boundary).map(Self),
            None => read(&bytes).map(Self),
        }
    }
}

fn boundary_of(kind: &str) -> Option<String> {
    let rest = kind.strip_prefix("multipart/form-data")?;
    let given = rest.split(';').find_map(|part| part.trim().strip_prefix("boundary="))?;
    Some(given.trim_matches('"').to_owned())
}

fn parts(bytes: &[u8], boundary: &str) -> Result<Form, Problem> {
    let broken = || Problem::malformed("the parts of the form cannot be told apart");
    let text = std::str::from_utf8(bytes).map_err(|_| Problem::malformed("a field is no UTF-8"))?;
    let line = format!("--{boundary}");
    let mut fields = Vec::new();
    let mut rest = text.strip_prefix(&line).ok_or_else(broken)?;
    let next = format!("\r\n{line}");
    while let Some(part) = rest.strip_prefix("\r\n") {
        let end = part.find(&next).ok_or_else(broken)?;
        let (head, value) = part[..end].split_once("\r\n\r\n").ok_or_else(broken)?;
        let name = named(head, "name").ok_or_else(broken)?;
        if let Some(file) = named(head, "filename").filter(|file| !file.is_empty()) {
            fields.push(("file".to_owned(), file));
        }
        // As in other forms: lines end by LF, whichever way they came; a file may begin with a mark.
        let value = value.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        fields.push((name, value));
        rest = &part[end + next.len()..];
    }
    if rest.starts_with("--") { Ok(Form(fields)) } else { Err(broken()) }
}

/// A quoted parameter of `Content-Disposition`; a browser writes a quote within as `%22`.
fn named(head: &str, parameter: &str) -> Option<String> {
    let line = head.split("\r\n").find(|line| {
        line.get(..20).is_some_and(|name| name.eq_ignore_ascii_case("content-disposition:"))
    })?;
    let begin = format!("; {parameter}=\"");
    let at = line.find(&begin)? + begin.len();
    line[at..].split('"').next().map(|value| value.replace("%22", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &str = "--x1\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nroster\r\n\
        --x1\r\nContent-Disposition: form-data; name=\"upload\"; filename=\"换届.toml\"\r\n\
        Content-Type: application/octet-stream\r\n\r\n\u{feff}on = \"1\"\r\npaper = \"号\"\r\n\r\n\
        --x1--\r\n";

    #[test]
    fn a_file_comes_as_its_text_with_its_name() {
        let form = parts(SENT.as_bytes(), "x1").unwrap();
        assert_eq!(form.first("kind"), Some("roster"));
        assert_eq!(form.first("file"), Some("换届.toml"));
        assert_eq!(form.first("upload"), Some("on = \"1\"\npaper = \"号\"\n"));
        assert_eq!(boundary_of("multipart/form-data; boundary=x1").as_deref(), Some("x1"));
        assert_eq!(boundary_of("application/x-www-form-urlencoded"), None);
    }

    #[test]
    fn what_is_cut_off_or_no_text_is_refused() {
        for sent in [&SENT[..SENT.len() - 20], "", "--x1", "--x1\r\n\r\nno name\r\n--x1--"] {
            assert_eq!(parts(sent.as_bytes(), "x1").unwrap_err().code, "malformed", "{sent}");
        }
        assert_eq!(parts(b"--x1\r\n\xff", "x1").unwrap_err().code, "malformed");
    }
}
