//! A scripted loopback fleet that plays the five channels, and the scene that `canary demo` shows.
