//! From an address to the parameters of a connection, with what libpq would fill in.

use crate::database::place_of;
use std::path::{Path, PathBuf};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

/// How to reach a database, and which schema of it is meant.
pub(in crate::database) struct Target {
    pub(super) config: Config,
    /// The schema of the address; else the search path counts.
    pub(super) schema: Option<String>,
    /// The address without its password.
    pub(super) place: String,
}

impl Target {
    /// Reads an address. Its parameter `schema` is ours; the others are those of libpq that the client knows.
    pub(super) fn parse(url: &str) -> Result<Self, String> {
        const WANTED: &str = "cannot be read as an address: write postgresql://USER@HOST:5432/DATABASE?schema=NAME, with special characters \
                              of the password as %XX";
        let (address, schema) = split_schema(url);
        // The parser's own message could quote a part of the password.
        let mut config: Config = address.parse().map_err(|_| WANTED.to_owned())?;
        if config.get_ssl_mode() == SslMode::Require {
            return Err(
                "asks for TLS (sslmode=require), which is not built in: use a local socket, a tunnel (ssh -L, stunnel) or a private \
                        network with sslmode=disable"
                    .to_owned(),
            );
        }
        config.ssl_mode(SslMode::Disable);
        fill_in(&mut config);
        config.application_name("claimsift");
        Ok(Self { config, schema, place: place_of(Path::new(url)) })
    }
}

/// Takes the parameter `schema` out of an address.
fn split_schema(url: &str) -> (String, Option<String>) {
    let Some((address, parameters)) = url.rsplit_once('?') else { return (url.to_owned(), None) };
    let (mut schema, mut others) = (None, Vec::new());
    for parameter in parameters.split('&') {
        match parameter.strip_prefix("schema=") {
            Some(name) => schema = Some(decoded(name)),
            None => others.push(parameter),
        }
    }
    let rest = if others.is_empty() { address.to_owned() } else { format!("{address}?{}", others.join("&")) };
    (rest, schema.filter(|name| !name.is_empty()))
}

/// Replaces `%XX`; what is no such sequence stays.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let code = tail.get(..2).filter(|_| first == b'%').and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(code.unwrap_or(first));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Fills in what the address leaves out: `PGHOST`, `PGPORT`, `PGUSER`, `PGDATABASE`, `PGPASSWORD` and the password file.
fn fill_in(config: &mut Config) {
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        config.host(variable("PGHOST").unwrap_or_else(|| "localhost".to_owned()));
    }
    if let Some(port) = variable("PGPORT").and_then(|port| port.parse().ok()).filter(|_| config.get_ports().is_empty()) {
        config.port(port);
    }
    if config.get_user().is_none()
        && let Some(user) = ["PGUSER", "USER", "USERNAME"].into_iter().find_map(variable)
    {
        config.user(user);
    }
    if config.get_dbname().is_none()
        && let Some(database) = variable("PGDATABASE").or_else(|| config.get_user().map(str::to_owned))
    {
        config.dbname(database);
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(std::time::Duration::from_secs(15));
    }
    if config.get_password().is_none()
        && let Some(password) = variable("PGPASSWORD").or_else(|| from_password_file(config))
    {
        config.password(password);
    }
}

fn from_password_file(config: &Config) -> Option<String> {
    let file = variable("PGPASSFILE").map(PathBuf::from).or_else(|| Some(Path::new(&variable("HOME")?).join(".pgpass")))?;
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        // A socket counts as this machine.
        _ => "localhost".to_owned(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432).to_string();
    let wanted = [host.as_str(), &port, config.get_dbname().unwrap_or_default(), config.get_user().unwrap_or_default()];
    std::fs::read_to_string(file).ok()?.lines().find_map(|line| password_of_line(line, wanted))
}

/// The password of a line `host:port:database:user:password` that fits; `*` fits all, and a backslash guards the next character.
fn password_of_line(line: &str, wanted: [&str; 4]) -> Option<String> {
    if line.starts_with('#') {
        return None;
    }
    let mut fields = vec![String::new()];
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => fields.last_mut()?.extend(characters.next()),
            ':' if fields.len() <= wanted.len() => fields.push(String::new()),
            other => fields.last_mut()?.push(other),
        }
    }
    let fits = fields.iter().zip(wanted).all(|(field, wanted)| field == "*" || field == wanted);
    (fields.len() == wanted.len() + 1 && fits).then(|| fields.pop()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_ours_and_the_rest_is_the_clients() {
        let target = Target::parse("postgresql://ann:p%40w@db:5433/claims?schema=y%202024&application_name=x").expect("a target");
        assert_eq!(target.schema.as_deref(), Some("y 2024"));
        assert_eq!(target.config.get_password(), Some(&b"p@w"[..]));
        assert_eq!(target.config.get_ports(), [5433]);
        assert_eq!(target.place, "postgresql://ann@db:5433/claims?schema=y%202024&application_name=x");
    }

    #[test]
    fn wrong_addresses_say_what_is_wanted_and_keep_the_password() {
        for (url, part) in [
            ("postgresql://u:secret@h/d?sslmode=require", "TLS (sslmode=require), which is not built in"),
            ("postgresql://u:secret@h:port/d", "cannot be read as an address"),
        ] {
            let problem = Target::parse(url).err().expect("a problem");
            assert!(problem.contains(part), "{problem}");
            assert!(!problem.contains("secret"), "{problem}");
        }
    }

    #[test]
    fn lines_of_the_password_file_are_matched_as_libpq_does() {
        let wanted = ["db", "5432", "claims", "ann"];
        assert_eq!(password_of_line("db:5432:claims:ann:a:b", wanted).as_deref(), Some("a:b"));
        assert_eq!(password_of_line(r"*:*:*:ann:p\:w\\", wanted).as_deref(), Some(r"p:w\"));
        for line in ["# db:5432:claims:ann:x", "db:5433:claims:ann:x", "db:5432:claims", ""] {
            assert_eq!(password_of_line(line, wanted), None, "{line}");
        }
    }
}
