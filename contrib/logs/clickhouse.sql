-- The history in ClickHouse: one row a probe. A line that is shipped twice stays one row: run, channel, endpoint and
-- verify name it. 1,000,000 endpoints a minute are 1.4 billion rows a day; see docs/scale.md.
CREATE TABLE IF NOT EXISTS canary_history
(
    ts             DateTime64(3, 'UTC'),
    run            String,
    channel        LowCardinality(String),
    endpoint       String,
    verdict        LowCardinality(String),
    reason         LowCardinality(Nullable(String)),
    blame          LowCardinality(Nullable(String)),
    message        Nullable(String),
    url            String,
    proxy          LowCardinality(Nullable(String)),
    status         Nullable(UInt16),
    latency_ms     Nullable(Float64),
    phases         Map(LowCardinality(String), Nullable(Float64)),
    metrics        Map(LowCardinality(String), Nullable(Float64)),
    attempts       UInt8,
    cert_days_left Nullable(Float64),
    maintenance    Bool,
    verify         Bool
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(ts)
ORDER BY (channel, endpoint, ts, run, verify)
TTL toDateTime(ts) + INTERVAL 400 DAY;

-- Uptime and latency of the last day, the worst first.
SELECT channel, endpoint,
       countIf(verdict IN ('up', 'degraded')) / countIf(verdict IN ('up', 'degraded', 'down')) AS answered,
       quantiles(0.5, 0.95, 0.99)(latency_ms) AS p50_p95_p99
FROM canary_history FINAL
WHERE ts > now() - INTERVAL 1 DAY AND NOT maintenance
GROUP BY channel, endpoint
HAVING countIf(verdict IN ('up', 'degraded', 'down')) > 0
ORDER BY answered;
