//! A certificate made here, for a first trial: browsers warn of it until it is trusted by its
//! fingerprint, and phones then have what they need of HTTPS.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, PKCS_ECDSA_P256_SHA256};
use zongheng_core::time::At;

use super::{Files, fingerprint};

/// How long it holds.
pub const DAYS: i64 = 90;

/// Makes a key and a certificate for these names and addresses; the key is for the owner's eyes alone.
///
/// # Errors
/// A name that cannot stand in a certificate, a file that is there already, or a folder that cannot be
/// written, as a sentence.
pub fn make(files: &Files, names: &[String], now: At) -> Result<String, String> {
    for path in [&files.certificate, &files.key] {
        if path.exists() {
            return Err(format!(
                "{} is there already; nothing is written over, move it away first",
                path.display()
            ));
        }
    }
    if names.iter().any(|name| name.trim().is_empty()) {
        return Err("a certificate without a name is for nobody: give the name or the address under which this \
                    machine is called with --name"
            .to_owned());
    }
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(|e| e.to_string())?;
    let bad_name = |e: rcgen::Error| format!("{}: {e}", names.join(", "));
    let mut params = CertificateParams::new(names.to_vec()).map_err(bad_name)?;
    let subject = names.first().map_or("zongheng", String::as_str);
    params.distinguished_name.push(DnType::CommonName, subject);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let day = |days: i64| {
        let date = now.plus_seconds(days * 86_400).date();
        let month = u8::try_from(date.month()).unwrap_or(1);
        rcgen::date_time_ymd(i32::from(date.year()), month, u8::try_from(date.day()).unwrap_or(1))
    };
    // From yesterday on: the clock of a phone may be behind.
    (params.not_before, params.not_after) = (day(-1), day(DAYS));
    let made = params.self_signed(&key).map_err(|e| e.to_string())?;
    write(&files.key, 0o600, &key.serialize_pem())?;
    write(&files.certificate, 0o644, &made.pem())?;
    Ok(fingerprint(made.der()))
}

fn write(path: &Path, mode: u32, text: &str) -> Result<(), String> {
    let failed = |e: std::io::Error| format!("{}: {e}", path.display());
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    }
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(mode).open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)
}
