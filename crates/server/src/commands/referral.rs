//! `zongheng referral`: the referrals, for an account that keeps them.

use std::process::ExitCode;

use zongheng_core::ruling::may_keep_referrals;

use super::place::{Hold, Place};
use super::{Failure, say, user};

#[derive(Debug, clap::Args)]
pub(crate) struct Referrals {
    #[command(flatten)]
    place: Place,
    /// The login of the account that asks: to all but the two posts that keep them there are none.
    #[arg(long, value_name = "LOGIN")]
    user: String,
}

impl Referrals {
    pub(crate) fn run(self) -> ExitCode {
        super::run(self.list())
    }

    async fn list(self) -> Result<(), Failure> {
        let (store, code) = self.place.open_county(Hold::Beside).await?;
        let account = user::account(&store, &code, &self.user).await?;
        let (county, now) = (store.county(&code).await?, super::now());
        let posts = county.organisation.posts_of(account.id, now.date());
        let mut actors =
            posts.iter().filter_map(|(post, _)| county.actor(account.id, post.id, now));
        if !actors.any(|actor| may_keep_referrals(&actor)) {
            return Err(Failure::input("there is no such thing, or you may not see it"));
        }
        for referral in store.referrals(&code).await?.0.into_values() {
            let (sent, to) = (&referral.referred, referral.referred.receiver.name());
            let receipt = referral.receipted.map_or_else(
                || "等回执 no receipt yet".to_owned(),
                |receipt| format!("{} {}", receipt.number, receipt.on),
            );
            say!("{} {} {to}: {receipt}", sent.number, sent.on);
        }
        Ok(())
    }
}
