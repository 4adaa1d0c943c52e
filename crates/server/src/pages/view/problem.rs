//! A page that says what is wrong and how to mend it.

use askama::Template;
use askama_web::WebTemplate;

use super::{Frame, Link};

#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "problem.html")]
pub struct Problem {
    pub frame: Frame,
    pub status: u16,
    pub title: String,
    /// How to mend it.
    pub mend: String,
    /// What the rules say about this very case.
    pub detail: Option<String>,
    pub faults: Vec<Fault>,
    /// Where to go on.
    pub links: Vec<Link>,
}

#[derive(Debug, Clone)]
pub struct Fault {
    pub field: String,
    pub what: String,
}

impl Problem {
    /// The page for one of the API's stable codes (`unknown`, `not_yours`, `stale` …) or one of its
    /// causes (`full`), or `internal` for whatever else.
    pub fn new(frame: Frame, status: u16, code: &str) -> Self {
        let w = frame.w;
        let known = w.find(&format!("problem.{code}")).is_some();
        let code = if known { code } else { "internal" };
        let title = w.name("problem", code);
        let mend = w.name("mend", code);
        let home = if frame.me.is_some() {
            Link::new("/today", w.t("nav.today"))
        } else {
            Link::new("/sign-in", w.t("nav.sign_in"))
        };
        let links = vec![home];
        let frame = Frame { title: title.clone(), ..frame };
        Self { frame, status, title, mend, detail: None, faults: Vec::new(), links }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::words::{Locale, Words};

    #[test]
    fn each_code_of_the_api_says_what_is_wrong_and_how_to_mend_it() {
        for code in [
            "unknown",
            "not_yours",
            "out_of_state",
            "stale",
            "already",
            "invalid",
            "malformed",
            "unauthenticated",
            "key_reused",
            "too_large",
            "too_many",
            "busy",
            "full",
            "clock",
            "vault",
            "unsupported",
            "not_allowed",
            "internal",
        ] {
            for locale in [Locale::Zh, Locale::En] {
                let w = Words::new(locale);
                assert!(w.find(&format!("problem.{code}")).is_some(), "problem.{code}");
                assert!(w.find(&format!("mend.{code}")).is_some(), "mend.{code}");
            }
        }
    }

    #[test]
    fn an_unheard_of_code_is_an_internal_error() {
        let page = Problem::new(Frame::default(), 500, "no_such_code");
        assert_eq!(page.title, Words::default().t("problem.internal"));
    }
}
