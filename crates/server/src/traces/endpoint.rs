//! Where spans are sent.

/// A collector: host, port and path of its OTLP door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// `host:port`, to connect to and for the header.
    pub host: String,
    pub path: String,
}

impl Endpoint {
    /// Reads `http://HOST:PORT/v1/traces`; without a port 4318, without a path `/v1/traces`.
    ///
    /// # Errors
    /// Another scheme, or no host, as a sentence.
    pub fn read(text: &str) -> Result<Self, String> {
        let wanted =
            "write http://HOST:4318/v1/traces; a collector on this machine sends on under TLS";
        let rest = text.strip_prefix("http://").ok_or_else(|| format!("\"{text}\": {wanted}"))?;
        let (host, path) = rest.find('/').map_or((rest, ""), |n| rest.split_at(n));
        let bare = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok());
        let named = bare.map_or(host, |(name, _)| name);
        let odd = |c: char| c.is_whitespace() || c.is_control() || "@?#".contains(c);
        if named.is_empty() || text.contains(odd) {
            return Err(format!("\"{text}\": {wanted}"));
        }
        let host = if bare.is_some() { host.to_owned() } else { format!("{host}:4318") };
        let path = if matches!(path, "" | "/") { "/v1/traces" } else { path };
        Ok(Self { host, path: path.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_has_its_usual_value_and_other_schemes_are_refused() {
        let read = |text: &str| Endpoint::read(text).map(|e| format!("{} {}", e.host, e.path));
        assert_eq!(read("http://127.0.0.1").unwrap(), "127.0.0.1:4318 /v1/traces");
        assert_eq!(read("http://[::1]:9/x").unwrap(), "[::1]:9 /x");
        assert_eq!(read("http://otel:4318/").unwrap(), "otel:4318 /v1/traces");
        for bad in ["https://c/v1/traces", "otel:4318", "http://", "http://a b/", "http://u@c/", ""]
        {
            assert!(read(bad).unwrap_err().contains("write http://"), "{bad}");
        }
    }
}
