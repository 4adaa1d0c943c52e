//! `zongheng token create`: an API token, shown once.

use std::process::ExitCode;

use zongheng_core::ids::PostId;

use super::place::{Hold, Place};
use super::{Failure, say};
use crate::secret;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Token {
    /// Makes a token and prints it; only its hash is kept.
    Create(Create),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Create {
    #[command(flatten)]
    place: Place,
    /// The login of the account.
    #[arg(long)]
    user: String,
    /// What it is for.
    #[arg(long)]
    name: String,
    /// The post in which it acts, where the account has several.
    #[arg(long)]
    post: Option<PostId>,
}

impl Token {
    pub(crate) fn run(self) -> ExitCode {
        match self {
            Self::Create(create) => super::run(create.create()),
        }
    }
}

impl Create {
    async fn create(self) -> Result<(), Failure> {
        let (store, code) = self.place.open_county(Hold::Beside).await?;
        let account = super::user::account(&store, &code, &self.user).await?;
        let (token, hash) = secret::fresh();
        store.create_token(&code, &hash, account.id, self.post, &self.name, super::now()).await?;
        say!("{token}");
        Ok(())
    }
}
