//! One attempt against one endpoint: what happened, at which stage, no opinion.
