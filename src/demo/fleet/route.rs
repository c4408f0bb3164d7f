//! Which requests a behaviour is for.

/// `/health`, `POST /token`, `/method/*`: an optional method, a path without query, `*` at its end for any rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Route {
    method: Option<String>,
    path: String,
    prefix: bool,
}

impl Route {
    /// Reads a route; any text is one.
    pub(super) fn parse(text: &str) -> Self {
        let (method, path) = match text.split_once(' ') {
            Some((method, path)) => (Some(method.to_owned()), path),
            None => (None, text),
        };
        let (path, prefix) = path.strip_suffix('*').map_or((path, false), |path| (path, true));
        Self { method, path: path.to_owned(), prefix }
    }

    /// How closely it fits a request: none when it doesn't, more for a longer path, a whole path, a method.
    pub(super) fn fit(&self, method: &str, target: &str) -> Option<(usize, bool, bool)> {
        let path = target.split('?').next().unwrap_or_default();
        let path_fits = if self.prefix { path.starts_with(&self.path) } else { path == self.path };
        let method_fits = self.method.as_deref().is_none_or(|wanted| wanted == method);
        (path_fits && method_fits).then(|| (self.path.len(), !self.prefix, self.method.is_some()))
    }
}

#[cfg(test)]
mod tests {
    use super::Route;

    #[test]
    fn fits_path_and_method() {
        for (route, method, target, fits) in [
            ("/health", "GET", "/health", true),
            ("/health", "POST", "/health?x=1", true),
            ("/health", "GET", "/health/extended", false),
            ("POST /token", "GET", "/token", false),
            ("GET /method/*", "GET", "/method/utils.getServerTime?v=5.199", true),
            ("*", "DELETE", "/anything", true),
        ] {
            assert_eq!(Route::parse(route).fit(method, target).is_some(), fits, "{route} for {method} {target}");
        }
    }

    #[test]
    fn prefers_the_closer_one() {
        let fit = |route| Route::parse(route).fit("GET", "/method/a");
        assert!(fit("/method/a") > fit("/method/*"));
        assert!(fit("/method/*") > fit("*"));
        assert!(fit("GET /method/a") > fit("/method/a"));
        assert!(fit("/method/a") > fit("/method/a*"));
    }
}
