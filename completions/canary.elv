
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
            cand config 'Validate the configuration, show what it comes to, print its schema'
            cand schema 'Print the JSON Schemas of canary''s own output'
            cand init 'Write a commented starter probes.yaml and its schemas; never overwrites'
            cand demo 'Show the real thing against a built-in loopback fleet: five channels, some of them ill'
            cand completions 'Print the completion script of a shell'
            cand man 'Print the manual page of canary or of one command, as roff'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'canary;check'= {
            cand --tag 'Only what carries this tag; several: any of them'
            cand -o 'table, json or jsonl, to stdout or to a FILE that is replaced atomically; repeatable'
            cand --output 'table, json or jsonl, to stdout or to a FILE that is replaced atomically; repeatable'
            cand --fail-on 'Which verdicts make the exit code 1: down, degraded (or down), never'
            cand --concurrency 'Most probes at once'
            cand --deadline 'When the run must be over, recording included [default: 5m; with --due 55s]'
            cand --shard 'Probe only the K-th of N parts; every endpoint belongs to exactly one'
            cand --via 'Go through this pool of the configuration, `direct`, or the proxy that env:VAR holds, instead of `proxy`'
            cand --wait 'After a deploy: probe again until all are up, or DUR is over; the last round counts'
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
            cand --heartbeat 'Ping the heartbeat although the run is partial'
            cand --no-history 'Record nothing in the history (implies --no-alerts)'
            cand --dry-run 'Probe and print, and leave the state directory alone'
            cand -q 'No table, no warnings'
            cand --quiet 'No table, no warnings'
            cand -v 'Say on stderr what was decided and why; twice for more'
            cand --verbose 'Say on stderr what was decided and why; twice for more'
            cand -h 'Print help'
            cand --help 'Print help'
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
            cand output 'The schema of `check --json`; its `$defs.result` is a line of the history'
            cand help 'Print this message or the help of the given subcommand(s)'
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
            cand output 'The schema of `check --json`; its `$defs.result` is a line of the history'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'canary;schema;help;output'= {
        }
        &'canary;schema;help;help'= {
        }
        &'canary;init'= {
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
            cand -h 'Print help'
            cand --help 'Print help'
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
            cand config 'Validate the configuration, show what it comes to, print its schema'
            cand schema 'Print the JSON Schemas of canary''s own output'
            cand init 'Write a commented starter probes.yaml and its schemas; never overwrites'
            cand demo 'Show the real thing against a built-in loopback fleet: five channels, some of them ill'
            cand completions 'Print the completion script of a shell'
            cand man 'Print the manual page of canary or of one command, as roff'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'canary;help;check'= {
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
            cand output 'The schema of `check --json`; its `$defs.result` is a line of the history'
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
