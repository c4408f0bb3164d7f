
use builtin;
use str;

set edit:completion:arg-completer[canary] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'canary'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'canary'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand check 'Probe endpoints, judge, record, print; the exit code says how it stands'
            cand history 'Query the history: which results there were, what they add up to'
            cand status 'What is known now, from state and history: verdicts, uptime, latency, health scores; probes nothing'
            cand report 'Write a static HTML dashboard and its figures for machines into a directory'
            cand incidents 'Open and past incidents: list (so without a command), show all that is known of one, stop its reminders'
            cand alerts 'What people are yet to be told (listed without a command), and whether their receivers work'
            cand silence 'Mute targets for a while: they are probed and recorded, and nobody is told; without a command: list the silences'
            cand heal 'What was tried to mend failing endpoints, and what came of it (listed without a command); start a count over'
            cand config 'Validate the configuration, show what it comes to, print its schema'
            cand schema 'Make a JSON Schema of an endpoint''s answers; print those of canary''s own output'
            cand init 'Write a commented starter probes.yaml and its schemas; never overwrites'
            cand demo 'Show the real thing against a built-in loopback fleet: five channels, some of them ill'
            cand completions 'Print the completion script of a shell'
            cand man 'Print the manual page of canary or of one command, as roff'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'canary;check'= {
            cand --tag 'Only what carries this tag; several: any of them'
            cand -o 'table, json, jsonl, junit, markdown, github, prometheus or nagios, to stdout or to a FILE that is replaced atomically; repeatable'
            cand --output 'table, json, jsonl, junit, markdown, github, prometheus or nagios, to stdout or to a FILE that is replaced atomically; repeatable'
            cand --fail-on 'Which verdicts make the exit code 1: down, degraded (or down), never'
            cand --concurrency 'Most probes at once'
            cand --deadline 'When the run must be over, recording included [default: 5m; with --due 55s]'
            cand --shard 'Probe only the K-th of N parts; every endpoint belongs to exactly one'
            cand --via 'Go through this pool of the configuration, `direct`, or the proxy that env:VAR holds, instead of `proxy`'
            cand --wait 'After a deploy: probe again until all are up, or DUR is over; the last round counts, nobody is told, nothing is healed'
            cand --wait-interval 'The pause between two rounds of --wait'
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand --json 'The same as -o json'
            cand --due 'Probe only what is due: once per `interval`, whatever starts the runs'
            cand --no-alerts 'Incidents are neither read nor changed, nobody is told; the results are recorded and count for nothing else'
            cand --no-heal 'Run no remedy of `heal`'
            cand --heartbeat 'Ping the heartbeat although the run is partial'
            cand --no-history 'Record nothing in the history (implies --no-alerts and --no-heal)'
            cand --dry-run 'Probe and print, heal nothing, tell nobody, and leave the state directory alone'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;history'= {
            cand --tag 'Only what carries this tag in the configuration; several: any of them'
            cand --since 'Not before this: so long ago (90m, 7d), a day (2026-11-24: midnight UTC), or a time such as 2026-11-24T06:00:00Z'
            cand --until 'Not after this: so long ago, a day (its midnight UTC), or a time'
            cand --verdict 'Only these: up, degraded, down, unknown; repeatable, or with commas'
            cand --limit 'The newest N [default: 100 in the table, else all]'
            cand -o 'table, json (one array), jsonl or csv'
            cand --output 'table, json (one array), jsonl or csv'
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand --stats 'Counts and percentiles per endpoint and verdict instead of the records'
            cand --json 'The same as -o json'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;status'= {
            cand --tag 'Only what carries this tag; several: any of them'
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand --json 'As one JSON document'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;report'= {
            cand --out 'Where to: made if it isn''t there; index.html, status.json, status/CHANNEL.json, history.json and metrics.prom are replaced atomically, readable for all'
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;incidents'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand --json 'Without a command: the list as a JSON array'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
            cand list 'List open incidents, then past ones, the newest first'
            cand show 'Show what a responder needs: timeline, last results, evidence, what healing did, how to ask again by hand'
            cand ack 'Stop the reminders of an open incident until it recovers'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'canary;incidents;list'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand --json 'As a JSON array'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;incidents;show'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand --json 'As JSON'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;incidents;ack'= {
            cand --note 'Who knows, and what is being done'
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;incidents;help'= {
            cand list 'List open incidents, then past ones, the newest first'
            cand show 'Show what a responder needs: timeline, last results, evidence, what healing did, how to ask again by hand'
            cand ack 'Stop the reminders of an open incident until it recovers'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'canary;incidents;help;list'= {
        }
        &'canary;incidents;help;show'= {
        }
        &'canary;incidents;help;ack'= {
        }
        &'canary;incidents;help;help'= {
        }
        &'canary;alerts'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand --json 'Without a command: the list as a JSON array'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
            cand list 'List what is not delivered yet, by receiver, and say which receivers are not configured'
            cand test 'Send a sample and say which step failed; no RECEIVER means all that are configured'
            cand simulate 'Replay the history through the alert rules: what would have been said, when, to whom, and what not and why'
            cand flush 'Deliver now what is pending, whatever its next try; or discard it'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'canary;alerts;list'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand --json 'As a JSON array'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;alerts;test'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;alerts;simulate'= {
            cand --since 'From when on: so long ago (90m, 7d), or a time such as 2026-11-24T06:00:00Z'
            cand --compare 'A second configuration to set beside the first one'
            cand --noise 'An incident that is announced and over within so long counts as noise'
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand --json 'As JSON'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;alerts;flush'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand --failed 'Try again what was refused for good, too; with --drop: only what was refused'
            cand --drop 'Discard instead of delivering; what is being sent at this moment stays'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;alerts;help'= {
            cand list 'List what is not delivered yet, by receiver, and say which receivers are not configured'
            cand test 'Send a sample and say which step failed; no RECEIVER means all that are configured'
            cand simulate 'Replay the history through the alert rules: what would have been said, when, to whom, and what not and why'
            cand flush 'Deliver now what is pending, whatever its next try; or discard it'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'canary;alerts;help;list'= {
        }
        &'canary;alerts;help;test'= {
        }
        &'canary;alerts;help;simulate'= {
        }
        &'canary;alerts;help;flush'= {
        }
        &'canary;alerts;help;help'= {
        }
        &'canary;silence'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand --json 'Without a command: the list as a JSON array'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
            cand add 'Mute targets; what is still down at the end is told then, with its true start'
            cand list 'List the silences that are not over'
            cand remove 'End a silence now'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'canary;silence;add'= {
            cand --for 'For so long from now'
            cand --until 'Until this time'
            cand --reason 'Why, for whoever reads the list'
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand --until-recovered 'For each endpoint until it has recovered: alerting.recover_after good results in a row'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;silence;list'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand --json 'As a JSON array'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;silence;remove'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;silence;help'= {
            cand add 'Mute targets; what is still down at the end is told then, with its true start'
            cand list 'List the silences that are not over'
            cand remove 'End a silence now'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'canary;silence;help;add'= {
        }
        &'canary;silence;help;list'= {
        }
        &'canary;silence;help;remove'= {
        }
        &'canary;silence;help;help'= {
        }
        &'canary;heal'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand --json 'Without a command: the list as a JSON array'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
            cand list 'List attempts, repairs that held, their median time, the last outcome and output, and when the next may come'
            cand reset 'Start the count of attempts over, after the cause is mended'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'canary;heal;list'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand --json 'As a JSON array'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;heal;reset'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;heal;help'= {
            cand list 'List attempts, repairs that held, their median time, the last outcome and output, and when the next may come'
            cand reset 'Start the count of attempts over, after the cause is mended'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'canary;heal;help;list'= {
        }
        &'canary;heal;help;reset'= {
        }
        &'canary;heal;help;help'= {
        }
        &'canary;config'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
            cand check 'Report every mistake at once, with its place and a suggestion'
            cand show 'Print what the configuration comes to: defaults merged in, secrets masked'
            cand schema 'Print the JSON Schema of probes.yaml, for editors'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'canary;config;check'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand --json 'As JSON'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;config;show'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand --json 'As JSON'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;config;schema'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;config;help'= {
            cand check 'Report every mistake at once, with its place and a suggestion'
            cand show 'Print what the configuration comes to: defaults merged in, secrets masked'
            cand schema 'Print the JSON Schema of probes.yaml, for editors'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'canary;config;help;check'= {
        }
        &'canary;config;help;show'= {
        }
        &'canary;config;help;schema'= {
        }
        &'canary;config;help;help'= {
        }
        &'canary;schema'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
            cand infer 'A schema made from live answers of one endpoint, to begin with'
            cand output 'The schema of `check --json`; its `$defs.result` is a line of the history'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'canary;schema;infer'= {
            cand --samples 'How many answers to look at'
            cand --interval 'The pause between two of them'
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;schema;output'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;schema;help'= {
            cand infer 'A schema made from live answers of one endpoint, to begin with'
            cand output 'The schema of `check --json`; its `$defs.result` is a line of the history'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'canary;schema;help;infer'= {
        }
        &'canary;schema;help;output'= {
        }
        &'canary;schema;help;help'= {
        }
        &'canary;init'= {
            cand --channel 'Only these channels: whatsapp, telegram, vk, max, avito; repeatable'
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;demo'= {
            cand --stay 'Keep the fleet running for a second terminal, and print the Telegram messages that it gets'
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand --json 'Print the report as JSON instead of the table'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'canary;completions'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;man'= {
            cand -c 'The configuration to use instead of the first one found'
            cand --config 'The configuration to use instead of the first one found'
            cand --state-dir 'Where everything lives that must survive between two runs'
            cand --env-file 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]'
            cand --color 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal'
            cand --log-format 'How stderr is written: text or json (one object a line)'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'canary;help'= {
            cand check 'Probe endpoints, judge, record, print; the exit code says how it stands'
            cand history 'Query the history: which results there were, what they add up to'
            cand status 'What is known now, from state and history: verdicts, uptime, latency, health scores; probes nothing'
            cand report 'Write a static HTML dashboard and its figures for machines into a directory'
            cand incidents 'Open and past incidents: list (so without a command), show all that is known of one, stop its reminders'
            cand alerts 'What people are yet to be told (listed without a command), and whether their receivers work'
            cand silence 'Mute targets for a while: they are probed and recorded, and nobody is told; without a command: list the silences'
            cand heal 'What was tried to mend failing endpoints, and what came of it (listed without a command); start a count over'
            cand config 'Validate the configuration, show what it comes to, print its schema'
            cand schema 'Make a JSON Schema of an endpoint''s answers; print those of canary''s own output'
            cand init 'Write a commented starter probes.yaml and its schemas; never overwrites'
            cand demo 'Show the real thing against a built-in loopback fleet: five channels, some of them ill'
            cand completions 'Print the completion script of a shell'
            cand man 'Print the manual page of canary or of one command, as roff'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'canary;help;check'= {
        }
        &'canary;help;history'= {
        }
        &'canary;help;status'= {
        }
        &'canary;help;report'= {
        }
        &'canary;help;incidents'= {
            cand list 'List open incidents, then past ones, the newest first'
            cand show 'Show what a responder needs: timeline, last results, evidence, what healing did, how to ask again by hand'
            cand ack 'Stop the reminders of an open incident until it recovers'
        }
        &'canary;help;incidents;list'= {
        }
        &'canary;help;incidents;show'= {
        }
        &'canary;help;incidents;ack'= {
        }
        &'canary;help;alerts'= {
            cand list 'List what is not delivered yet, by receiver, and say which receivers are not configured'
            cand test 'Send a sample and say which step failed; no RECEIVER means all that are configured'
            cand simulate 'Replay the history through the alert rules: what would have been said, when, to whom, and what not and why'
            cand flush 'Deliver now what is pending, whatever its next try; or discard it'
        }
        &'canary;help;alerts;list'= {
        }
        &'canary;help;alerts;test'= {
        }
        &'canary;help;alerts;simulate'= {
        }
        &'canary;help;alerts;flush'= {
        }
        &'canary;help;silence'= {
            cand add 'Mute targets; what is still down at the end is told then, with its true start'
            cand list 'List the silences that are not over'
            cand remove 'End a silence now'
        }
        &'canary;help;silence;add'= {
        }
        &'canary;help;silence;list'= {
        }
        &'canary;help;silence;remove'= {
        }
        &'canary;help;heal'= {
            cand list 'List attempts, repairs that held, their median time, the last outcome and output, and when the next may come'
            cand reset 'Start the count of attempts over, after the cause is mended'
        }
        &'canary;help;heal;list'= {
        }
        &'canary;help;heal;reset'= {
        }
        &'canary;help;config'= {
            cand check 'Report every mistake at once, with its place and a suggestion'
            cand show 'Print what the configuration comes to: defaults merged in, secrets masked'
            cand schema 'Print the JSON Schema of probes.yaml, for editors'
        }
        &'canary;help;config;check'= {
        }
        &'canary;help;config;show'= {
        }
        &'canary;help;config;schema'= {
        }
        &'canary;help;schema'= {
            cand infer 'A schema made from live answers of one endpoint, to begin with'
            cand output 'The schema of `check --json`; its `$defs.result` is a line of the history'
        }
        &'canary;help;schema;infer'= {
        }
        &'canary;help;schema;output'= {
        }
        &'canary;help;init'= {
        }
        &'canary;help;demo'= {
        }
        &'canary;help;completions'= {
        }
        &'canary;help;man'= {
        }
        &'canary;help;help'= {
        }
    ]
    $completions[$command]
}
