//! The whole router within this process, in circumstances that are hard to bring a running program
//! into: a vault that is shut, a session of another site, files of another version.

mod attaching;
mod changed;
mod doors;
mod exports;
mod filled;
mod forms;
mod health;
mod imports;
mod ops;
mod organisation;
mod rulings;
mod searching;
mod start;
mod tables;
mod told;
mod upkeep;
mod vault;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, header};
use serde_json::Value;
use tokio::sync::OnceCell;
use tower::Service as _;
use zongheng_core::ids::DivisionCode;
use zongheng_store::{Clock, Options, RingPlace, Store};

use crate::api::caller::hash_secret;
use crate::app::{self, App, Here, Settings, Shared};
use crate::commands::now;
use crate::commands::place::{Place, SIMULATED};
use crate::commands::simulate::found;
use crate::secret;

/// 曹寨村.
const VILLAGE: &str = "411524102202";

/// A county with an account for every post, opened with a ring.
struct House {
    folder: PathBuf,
    app: Shared,
    router: Router,
}

struct Reply {
    status: u16,
    headers: HeaderMap,
    text: String,
    bytes: Vec<u8>,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    /// Status and stable code of a problem.
    fn problem(&self) -> (u16, String) {
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json", "{}", self.text);
        (self.status, self.json()["code"].as_str().unwrap().to_owned())
    }

    /// The fields of a refusal for bad fields.
    fn fields(&self) -> Vec<String> {
        assert_eq!(self.problem(), (422, "invalid".to_owned()), "{}", self.text);
        self.json()["fields"].as_object().unwrap().keys().cloned().collect()
    }
}

/// Founded once; each test has a copy of its own.
async fn founded() -> &'static (PathBuf, DivisionCode) {
    static FOUNDED: OnceCell<(PathBuf, DivisionCode)> = OnceCell::const_new();
    FOUNDED
        .get_or_init(async || {
            let file =
                std::env::temp_dir().join(format!("zongheng-founded-{}", std::process::id()));
            let place = Place { db: Some(format!("sqlite:{}", file.display())), county: None };
            let store = place.open_simulated().await.unwrap();
            let from = now().plus_seconds(-86_400);
            let ((code, _), _) = found(&store, 1, from, |_| None).await.unwrap();
            store.close().await;
            (file, code)
        })
        .await
}

impl House {
    async fn open() -> Self {
        Self::with(RingPlace::Seeded(SIMULATED)).await
    }

    async fn with(ring: RingPlace) -> Self {
        let (file, code) = founded().await;
        let folder = std::env::temp_dir().join(format!("zongheng-house-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::copy(file, folder.join("county.db")).unwrap();
        let url = format!("sqlite:{}", folder.join("county.db").display());
        let files = Some(folder.join("files"));
        let options = Options { ring, files, ..Options::default() };
        let store = Store::open(&url, &options).await.unwrap();
        Self::serve(folder, store, code.clone(), app::machine_clock())
    }

    fn serve(folder: PathBuf, store: Store, code: DivisionCode, clock: Clock) -> Self {
        let here = Here {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            data: folder.clone(),
            tls: None,
            behind_proxy: false,
            backups: None,
        };
        let settings = Settings { here, store, code, simulated: true, demo: None };
        let app = App::new(settings, clock);
        let router = app::router(app.clone());
        Self { folder, app, router }
    }

    /// The same county by a machine that gives it something else; it ends with this one.
    fn elsewhere(&self, here: Here) -> Self {
        let App { store, code, .. } = &*self.app;
        let (store, code) = (store.clone(), code.clone());
        let settings = Settings { here, store, code, simulated: true, demo: None };
        let app = App::new(settings, app::machine_clock());
        let router = app::router(app.clone());
        Self { folder: self.folder.join("elsewhere"), app, router }
    }

    /// The same county so many days later; it ends with this one.
    fn later(&self, days: i64) -> Self {
        let clock: Clock = Arc::new(move || now().plus_seconds(days * 86_400));
        let App { store, code, .. } = &*self.app;
        Self::serve(self.folder.join("later"), store.clone(), code.clone(), clock)
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        self.ask_bytes(method, path, headers, body.as_bytes().to_vec()).await
    }

    async fn ask_bytes(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body)).unwrap();
        let response = self.router.clone().call(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Reply {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes: bytes.to_vec(),
        }
    }

    async fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, &[], "").await
    }

    /// A call of the API by an account, or by nobody.
    async fn post(&self, who: &str, path: &str, body: &Value) -> Reply {
        self.post_text(who, path, &body.to_string()).await
    }

    async fn post_text(&self, who: &str, path: &str, body: &str) -> Reply {
        let key = uuid::Uuid::now_v7().to_string();
        let bearer = format!("Bearer {}", self.token(who).await);
        let mut headers = vec![("content-type", "application/json"), ("idempotency-key", &*key)];
        if !who.is_empty() {
            headers.push(("authorization", &bearer));
        }
        self.ask("POST", path, &headers, body).await
    }

    async fn token(&self, who: &str) -> String {
        if who.is_empty() {
            return String::new();
        }
        let (token, hash) = secret::fresh();
        let App { store, code, .. } = &*self.app;
        let account = store.account_by_login(code, who).await.unwrap().unwrap();
        store.create_token(code, &hash, account.id, None, "test", now()).await.unwrap();
        token
    }

    /// The cookie of a session, and the token against other sites that belongs to it.
    async fn session(&self, who: &str) -> (String, String) {
        let (secret, hash) = secret::fresh();
        let App { store, code, .. } = &*self.app;
        let account = store.account_by_login(code, who).await.unwrap().unwrap();
        let (begins, ends) = (self.app.now(), self.app.now().plus_seconds(3600));
        store.open_session(code, &hash, account.id, None, begins, ends).await.unwrap();
        (format!("zongheng={secret}"), hash_secret(&format!("csrf\n{hash}")))
    }

    /// The tables that pages read are what the ledger says.
    async fn sound(&self) {
        let checked = self.app.store.check(&self.app.code).await.unwrap();
        assert!(checked.holds(), "{:#?}", checked.differences);
    }

    /// How many acts the ledger holds.
    async fn acts(&self) -> i64 {
        self.app.store.head(&self.app.code).await.unwrap().pos
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // A leftover in the temporary folder is no failure of what was tested.
        drop(std::fs::remove_dir_all(&self.folder));
    }
}
