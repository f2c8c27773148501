//! What programs read, compared with `docs/reference/json`: every document and line that a test prints is validated.

use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;

/// Where the schemas stand, for each other: no validator asks the network for it.
const BASE: &str = "https://payctl.invalid/";
const SUFFIX: &str = ".schema.json";

/// The definitions of a command's schema that are lines of their own.
const LINES: [&str; 3] = ["row", "event", "last"];

struct Library {
    schemas: Schemas,
    /// By a name such as `check-all`, or `check-all#row` for a line of it.
    indices: HashMap<String, SchemaIndex>,
}

/// The schemas as they stand in their files, by the command with dashes.
fn files() -> HashMap<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/json");
    let mut files = HashMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if let Some(name) = name.strip_suffix(SUFFIX) {
            let text = std::fs::read_to_string(&path).unwrap();
            let schema = serde_json::from_str(&text).unwrap_or_else(|why| panic!("{name}: {why}"));
            files.insert(name.to_owned(), schema);
        }
    }
    files
}

fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        let files = files();
        for (name, schema) in &files {
            let url = format!("{BASE}{name}{SUFFIX}");
            compiler.add_resource(&url, schema.clone()).unwrap();
        }
        let mut indices = HashMap::new();
        for (name, schema) in &files {
            let mut add = |key: String, part: &str| {
                let url = format!("{BASE}{name}{SUFFIX}{part}");
                let index = compiler.compile(&url, &mut schemas);
                indices.insert(key, index.unwrap_or_else(|why| panic!("{url}: {why:#}")));
            };
            add(name.clone(), "");
            for line in LINES
                .iter()
                .filter(|line| !schema["$defs"][**line].is_null())
            {
                add(format!("{name}#{line}"), &format!("#/$defs/{line}"));
            }
        }
        Library { schemas, indices }
    })
}

/// Panics if what a run of payctl has printed does not fit its schemas. What is not JSON is none of its business.
#[track_caller]
pub(crate) fn check(stdout: &str, stderr: &str) {
    if let Some(complaint) = complaint(stdout).or_else(|| complaint_about_errors(stderr)) {
        panic!("{complaint}");
    }
}

/// Why the stdout of a run does not fit, if so.
fn complaint(stdout: &str) -> Option<String> {
    if stdout.starts_with("Status: ") {
        let (_, body) = stdout.split_once("\r\n\r\n")?;
        return fits("cgi", &serde_json::from_str(body).ok()?);
    }
    if !stdout.starts_with('{') {
        return None;
    }
    let lines: Vec<Value> = match serde_json::from_str(stdout) {
        Ok(document) => vec![document],
        // A report that broke off is no JSON, and is meant to be none.
        Err(_) => stdout
            .lines()
            .map(|line| serde_json::from_str(line).ok())
            .collect::<Option<_>>()?,
    };
    let command = lines.iter().rev().find_map(|line| line["command"].as_str());
    let Some(command) = command.map(|command| command.replace(' ', "-")) else {
        return lines
            .iter()
            .find(|line| line.get("schema").is_some())
            .map(|line| format!("a document without a command: {line}"));
    };
    lines.iter().find_map(|line| match part(line) {
        Some(part) => fits(&format!("{command}#{part}"), line),
        None => fits(&command, line),
    })
}

/// Which part of its command's schema a line is; none: the whole document.
fn part(line: &Value) -> Option<&'static str> {
    let has = |field| line.get(field).is_some();
    if has("summary") && !has("rows") {
        Some("last")
    } else if has("event") {
        Some("event")
    } else if has("schema") {
        None
    } else {
        Some("row")
    }
}

/// A run that failed says so in one document on stderr.
fn complaint_about_errors(stderr: &str) -> Option<String> {
    let mut lines = stderr
        .lines()
        .filter(|line| line.starts_with("{\"error\":"));
    lines.find_map(|line| match serde_json::from_str(line) {
        Ok(document) => fits("error", &document),
        Err(why) => Some(format!("{why} in {line}")),
    })
}

/// Why a value is not as the schema of that name says, if so.
pub(crate) fn fits(name: &str, value: &Value) -> Option<String> {
    let Library { schemas, indices } = library();
    let Some(index) = indices.get(name) else {
        return Some(format!(
            "docs/reference/json has no schema {name}, for\n{value}"
        ));
    };
    let error = schemas.validate(value, *index).err()?;
    Some(format!("not as the schema {name} says: {error:#}\n{value}"))
}

/// Every object says what it may hold, and every field what it is.
#[test]
fn every_field_is_described() {
    fn look(name: &str, schema: &Value) {
        if let Some(fields) = schema["properties"].as_object() {
            assert_eq!(schema["additionalProperties"], false, "{name}");
            for (field, told) in fields {
                let text = told["description"].as_str().unwrap_or_default();
                assert!(text.ends_with('.') && text.len() > 4, "{name}: {field}");
            }
        }
        let parts = schema["$defs"].as_object();
        for (part, schema) in parts.into_iter().flatten() {
            look(&format!("{name}#{part}"), schema);
        }
    }
    for (name, schema) in files() {
        look(&name, &schema);
    }
}

const GOOD: &str = r#"{"schema":"payctl/1","command":"access revoke","started_at":"2026-03-02T04:00:00Z","order":"INV-1","product":"stream","revoked":1,"dry_run":false,"exit":0}"#;

#[track_caller]
fn check_bad(from: &str, to: &str, told: &str) {
    let changed = GOOD.replacen(from, to, 1);
    assert_ne!(changed, GOOD);
    let complaint = complaint(&changed).unwrap_or_else(|| panic!("{changed} was accepted"));
    assert!(complaint.contains(told), "{complaint}");
}

#[test]
fn a_document_that_differs_is_found() {
    assert_eq!(complaint(GOOD), None);
    check_bad("payctl/1", "payctl/2", "/schema");
    check_bad("access revoke", "access grant", "no schema access-grant");
    check_bad("\"revoked\":1,", "", "revoked");
    check_bad("\"revoked\":1,", "\"revoked\":1,\"more\":2,", "more");
    check_bad("\"revoked\":1", "\"revoked\":\"1\"", "/revoked");
    check_bad("INV-1", "INV 1", "/order");
    check_bad("04:00:00Z", "04:00:00+07:00", "/started_at");
    check_bad("\"exit\":0", "\"exit\":9", "/exit");
}

#[test]
fn a_line_that_differs_is_found() {
    let last = r#"{"schema":"payctl/1","command":"order list","started_at":"2026-03-02T04:00:00Z","summary":{"orders":0,"more":false},"finished_at":"2026-03-02T04:00:00Z","exit":0}"#;
    assert_eq!(complaint(&format!("{last}\n")), None);
    let told = complaint(&format!("{{\"order\":\"INV-1\"}}\n{last}\n")).unwrap();
    assert!(told.contains("order-list#row"), "{told}");
    let told = complaint(&last.replace("\"more\":false", "\"more\":0")).unwrap();
    assert!(told.contains("order-list#last"), "{told}");
}
