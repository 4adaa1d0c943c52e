//! `zongheng tls self-made|show`: a certificate for a first trial, and what a certificate says.

use std::path::PathBuf;
use std::process::ExitCode;

use super::place::{data, settings, tls_files};
use super::{Failure, end, now, say};
use crate::settings::FILE;
use crate::tls::{Files, chain, fingerprint, made, validity_of};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Tls {
    /// Makes a key and a certificate signed by itself, good for ninety days, and prints its fingerprint.
    SelfMade(SelfMade),
    /// Fingerprint and time of the certificate that the settings name.
    Show,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SelfMade {
    /// A name or an address under which browsers call the server; may stand several times.
    #[arg(long = "name", value_name = "HOST", required = true)]
    names: Vec<String>,
    /// The folder for both files, `tls` in the data folder where left out.
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

impl Tls {
    pub(crate) fn run(self) -> ExitCode {
        end(match self {
            Self::SelfMade(asked) => asked.make(),
            Self::Show => show(),
        })
    }
}

impl SelfMade {
    fn make(&self) -> Result<(), Failure> {
        let folder = self.folder.clone().unwrap_or_else(|| data().join("tls"));
        let files =
            Files { certificate: folder.join("certificate.pem"), key: folder.join("key.pem") };
        let fingerprint = made::make(&files, &self.names, now()).map_err(Failure::input)?;
        say!("{fingerprint}");
        // From the data folder on, as the settings read it; elsewhere the whole path.
        let shown = |path: &std::path::Path| {
            let inside = path.strip_prefix(data()).map(std::path::Path::to_owned);
            inside.or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
        };
        eprintln!(
            "write into {}:\n\n[tls]\ncertificate = \"{}\"\nkey = \"{}\"\n",
            data().join(FILE).display(),
            shown(&files.certificate).display(),
            shown(&files.key).display()
        );
        eprintln!("compare the fingerprint with what the browser shows before trusting it");
        Ok(())
    }
}

fn show() -> Result<(), Failure> {
    let Some(files) = tls_files(&settings()?) else {
        return Err(Failure::input("the settings name no certificate ([tls] certificate, key)"));
    };
    let bad = |e: crate::tls::BadTls| Failure::input(e.to_string());
    let chain = chain(&files.certificate).map_err(bad)?;
    let validity = validity_of(&files.certificate, &chain).map_err(bad)?;
    say!("{}", chain.first().map(|first| fingerprint(first)).unwrap_or_default());
    say!("from {} until {}", validity.from, validity.until);
    files.check(now()).map(drop).map_err(|e| Failure::DoesNotHold(e.to_string()))
}
