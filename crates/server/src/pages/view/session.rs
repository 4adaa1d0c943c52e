//! Sign-in and the choice of the post to act under.

use askama::Template;
use askama_web::WebTemplate;

use super::{Field, Frame, Kind};

#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "session/sign_in.html")]
pub struct SignIn {
    pub frame: Frame,
    pub login: Field,
    pub password: Field,
    pub fault: Option<String>,
    /// The accounts of a demo, with their common password; empty elsewhere.
    pub demo: Vec<DemoAccount>,
    pub demo_password: Option<String>,
}

#[derive(Debug, Clone)]
pub struct DemoAccount {
    pub login: String,
    /// Unit · post.
    pub post: String,
    /// What it does on the walk: 受理、派单、指定承办.
    pub does: String,
}

impl SignIn {
    pub fn new(frame: Frame) -> Self {
        let field = |name: &str, kind: Kind| Field::new(frame.w, "sign_in", name, kind).required();
        Self {
            login: field("name", Kind::Line).label(frame.w.t("field.login")).auto("username"),
            password: field("password", Kind::Password).auto("current-password"),
            fault: None,
            demo: Vec::new(),
            demo_password: None,
            frame,
        }
    }
}

#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "session/post.html")]
pub struct ChoosePost {
    pub frame: Frame,
    pub posts: Vec<PostChoice>,
}

#[derive(Debug, Clone)]
pub struct PostChoice {
    pub id: String,
    pub unit: String,
    pub post: String,
    /// 授权代理, B岗 …, where it is not the reader's own.
    pub holding: Option<String>,
    pub current: bool,
}

/// A new password: of one's own, or the first one by a one-time link.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "session/password.html")]
pub struct SetPassword {
    pub frame: Frame,
    /// Where the form is sent.
    pub action: String,
    /// Whether the old password is asked for.
    pub with_old: bool,
    pub old: Field,
    pub new: Field,
    pub again: Field,
}

impl SetPassword {
    pub fn new(frame: Frame, action: &str, with_old: bool) -> Self {
        let field = |name: &str, auto: &'static str| {
            Field::new(frame.w, "password", name, Kind::Password)
                .required()
                .label(frame.w.name("password", name))
                .auto(auto)
        };
        Self {
            action: action.to_owned(),
            with_old,
            old: field("old", "current-password"),
            new: field("new", "new-password"),
            again: field("again", "new-password"),
            frame,
        }
    }
}
