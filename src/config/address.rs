//! The addresses of gateways and hooks.

use std::fmt;

use url::{Host, Url};

/// The start of a gateway's URLs, without a trailing slash: `https://api.midtrans.com`.
///
/// Always `https`, or `http` to this machine (`localhost`, 127.0.0.0/8, `::1`), because every request carries a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayAddress(String);

impl GatewayAddress {
    /// The text, without a trailing slash: `format!("{address}/v2/…")`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether requests to it stay on this machine: `localhost`, 127.0.0.0/8, `::1`.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        Url::parse(&self.0).is_ok_and(|url| is_this_machine(&url))
    }

    /// The port, also where the address leaves it to its scheme.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        Url::parse(&self.0).ok()?.port_or_known_default()
    }

    /// A gateway's own address, or one that was checked before.
    pub(super) fn known(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl std::str::FromStr for GatewayAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = protected(text)?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(AddressError::TooMuch);
        }
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }
}

/// The full address of a hook, exactly as written: a trailing slash matters.
///
/// As safe as an [`GatewayAddress`]. It may contain a token in its path or query, so `Debug` shows only the host.
#[derive(Clone, PartialEq, Eq)]
pub struct HookAddress {
    url: String,
    host: String,
}

impl HookAddress {
    /// The full URL. Only for sending the request.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.url
    }

    /// The host, with its port if one is given. For people.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }
}

impl std::str::FromStr for HookAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = protected(text)?;
        if url.fragment().is_some() {
            return Err(AddressError::Fragment);
        }
        let host = url.host_str().unwrap_or_default();
        let port = url.port().map(|port| format!(":{port}"));
        Ok(Self {
            host: format!("{host}{}", port.unwrap_or_default()),
            url: url.into(),
        })
    }
}

impl fmt::Debug for HookAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "HookAddress({}/…)", self.host)
    }
}

fn protected(text: &str) -> Result<Url, AddressError> {
    let url = Url::parse(text).map_err(|_| AddressError::NotAnAddress)?;
    match url.scheme() {
        "https" => {}
        "http" if is_this_machine(&url) => {}
        "http" => return Err(AddressError::Unprotected),
        _ => return Err(AddressError::NotAnAddress),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::Credentials);
    }
    Ok(url)
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl fmt::Display for GatewayAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// Why a text is not a valid address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("must be a web address such as https://gateway.example.com")]
    NotAnAddress,
    #[error(
        "must begin with https://, because every request carries the key; http:// is allowed for localhost only"
    )]
    Unprotected,
    #[error("must not contain a user name or a password")]
    Credentials,
    #[error("must not contain ? or #")]
    TooMuch,
    #[error("must not contain #")]
    Fragment,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, read: Result<&str, AddressError>) {
        let address = text.parse::<GatewayAddress>();
        assert_eq!(
            address.as_ref().map(GatewayAddress::as_str),
            read.as_ref().copied(),
            "{text:?}"
        );
    }

    #[test]
    fn a_slash_at_the_end_makes_no_difference() {
        check("https://api.midtrans.com", Ok("https://api.midtrans.com"));
        check("https://api.midtrans.com/", Ok("https://api.midtrans.com"));
        check(
            "HTTPS://Proxy.example.com:8443/midtrans//",
            Ok("https://proxy.example.com:8443/midtrans"),
        );
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        check("http://localhost:8080", Ok("http://localhost:8080"));
        check("http://127.0.0.1:8080/", Ok("http://127.0.0.1:8080"));
        check("http://127.9.9.9", Ok("http://127.9.9.9"));
        check("http://[::1]:8080", Ok("http://[::1]:8080"));
        for elsewhere in [
            "http://api.midtrans.com",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://128.0.0.1",
            "http://0.0.0.0",
            "http://[::2]",
            "http://[::ffff:127.0.0.1]",
            "http://127.0.0.1@example.com",
        ] {
            check(elsewhere, Err(AddressError::Unprotected));
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for (text, is_loopback, port) in [
            ("http://127.0.0.1:18080", true, 18_080),
            ("http://localhost", true, 80),
            ("https://[::1]:8443", true, 8443),
            ("https://api.midtrans.com", false, 443),
            ("https://localhost.example.com", false, 443),
            ("https://127.0.0.1.example.com:18080", false, 18_080),
        ] {
            let address: GatewayAddress = text.parse().unwrap();
            assert_eq!(address.is_loopback(), is_loopback, "{text}");
            assert_eq!(address.port(), Some(port), "{text}");
        }
    }

    #[test]
    fn anything_but_a_host_address_is_refused() {
        for text in [
            "",
            "api.midtrans.com",
            "localhost:8080",
            "ftp://example.com",
            "file:///etc/passwd",
            "https://",
            "https://a b",
        ] {
            check(text, Err(AddressError::NotAnAddress));
        }
        check("https://u:p@example.com", Err(AddressError::Credentials));
        check("https://example.com/?key=1", Err(AddressError::TooMuch));
        check("https://example.com/#a", Err(AddressError::TooMuch));
    }

    #[test]
    fn a_hook_address_is_kept_whole_but_masked() {
        let address: HookAddress = "https://shop.example.com:8443/hook/?token=sesame"
            .parse()
            .unwrap();
        assert_eq!(
            address.expose(),
            "https://shop.example.com:8443/hook/?token=sesame"
        );
        assert_eq!(address.host(), "shop.example.com:8443");
        assert!(!format!("{address:?}").contains("sesame"));
        for (text, error) in [
            ("http://shop.example.com/hook", AddressError::Unprotected),
            ("https://u:p@example.com/hook", AddressError::Credentials),
            ("https://example.com/hook#a", AddressError::Fragment),
            ("/hook", AddressError::NotAnAddress),
        ] {
            assert_eq!(text.parse::<HookAddress>(), Err(error), "{text}");
        }
    }
}
