//! Who owns what, for people who may not read it.

use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// What to do about a path that this user may not use because it is somebody else's; none when that is not the reason.
pub fn advice(path: &Path) -> Option<String> {
    let (owner, me) = (owner(path)?, rustix::process::geteuid().as_raw());
    (owner != me).then(|| words(&name(owner), &name(me)))
}

fn words(owner: &str, me: &str) -> String {
    format!("it belongs to {owner}, you are {me}: sudo -u {owner} canary …")
}

/// Of the path itself, or of the directory that hides it.
fn owner(path: &Path) -> Option<u32> {
    for place in path.ancestors() {
        match std::fs::metadata(place) {
            Ok(found) => return Some(found.uid()),
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {}
            Err(_) => return None,
        }
    }
    None
}

/// The user's name as passwd(5) has it, `#1000` for one that it doesn't know: sudo(8) takes both.
pub fn name(uid: u32) -> String {
    let known = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    find(&known, uid).map_or_else(|| format!("#{uid}"), str::to_owned)
}

fn find(passwd: &str, uid: u32) -> Option<&str> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?;
        (fields.nth(1)?.parse() == Ok(uid)).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::{find, owner, words};
    use std::path::Path;

    #[test]
    fn names_come_from_passwd() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\n\n+nis\ncanary:x:998:998::/var/lib/canary:/bin/false\n";
        assert_eq!((find(passwd, 0), find(passwd, 998), find(passwd, 5)), (Some("root"), Some("canary"), None));
        assert_eq!(words("canary", "ann"), "it belongs to canary, you are ann: sudo -u canary canary …");
    }

    #[test]
    fn what_is_not_there_belongs_to_nobody() {
        assert_eq!(owner(Path::new("/")), Some(0));
        assert_eq!(owner(Path::new("/nonexistent/state.json")), None);
    }
}
