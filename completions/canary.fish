# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_canary_global_optspecs
    string join \n c/config= state-dir= env-file= color= q/quiet v/verbose log-format= h/help V/version
end

function __fish_canary_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_canary_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_canary_using_subcommand
    set -l cmd (__fish_canary_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c canary -n "__fish_canary_needs_command" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_needs_command" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_needs_command" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_needs_command" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_needs_command" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_needs_command" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_needs_command" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c canary -n "__fish_canary_needs_command" -s V -l version -d 'Print version'
complete -c canary -n "__fish_canary_needs_command" -f -a "check" -d 'Probe endpoints, judge, record, print; the exit code says how it stands'
complete -c canary -n "__fish_canary_needs_command" -f -a "history" -d 'Query the history: which results there were, what they add up to'
complete -c canary -n "__fish_canary_needs_command" -f -a "status" -d 'What is known now, from state and history: verdicts, uptime, latency, health scores; probes nothing'
complete -c canary -n "__fish_canary_needs_command" -f -a "report" -d 'Write a static HTML dashboard and its figures for machines into a directory'
complete -c canary -n "__fish_canary_needs_command" -f -a "incidents" -d 'Open and past incidents: list (so without a command), show all that is known of one, stop its reminders'
complete -c canary -n "__fish_canary_needs_command" -f -a "alerts" -d 'What people are yet to be told (listed without a command), and whether their receivers work'
complete -c canary -n "__fish_canary_needs_command" -f -a "silence" -d 'Mute targets for a while: they are probed and recorded, and nobody is told; without a command: list the silences'
complete -c canary -n "__fish_canary_needs_command" -f -a "heal" -d 'What was tried to mend failing endpoints, and what came of it (listed without a command); start a count over'
complete -c canary -n "__fish_canary_needs_command" -f -a "config" -d 'Validate the configuration, show what it comes to, print its schema'
complete -c canary -n "__fish_canary_needs_command" -f -a "schema" -d 'Make a JSON Schema of an endpoint\'s answers; print those of canary\'s own output'
complete -c canary -n "__fish_canary_needs_command" -f -a "init" -d 'Write a commented starter probes.yaml and its schemas; never overwrites'
complete -c canary -n "__fish_canary_needs_command" -f -a "demo" -d 'Show the real thing against a built-in loopback fleet: five channels, some of them ill'
complete -c canary -n "__fish_canary_needs_command" -f -a "completions" -d 'Print the completion script of a shell'
complete -c canary -n "__fish_canary_needs_command" -f -a "man" -d 'Print the manual page of canary or of one command, as roff'
complete -c canary -n "__fish_canary_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c canary -n "__fish_canary_using_subcommand check" -l tag -d 'Only what carries this tag; several: any of them' -r -f
complete -c canary -n "__fish_canary_using_subcommand check" -s o -l output -d 'table, json, jsonl, junit, markdown, github, prometheus or nagios, to stdout or to a FILE that is replaced atomically; repeatable' -r -f
complete -c canary -n "__fish_canary_using_subcommand check" -l fail-on -d 'Which verdicts make the exit code 1: down, degraded (or down), never' -r -f -a "down\t'Down ones'
degraded\t'Degraded ones too'
never\t'None'"
complete -c canary -n "__fish_canary_using_subcommand check" -l concurrency -d 'Most probes at once' -r
complete -c canary -n "__fish_canary_using_subcommand check" -l deadline -d 'When the run must be over, recording included [default: 5m; with --due 55s]' -r
complete -c canary -n "__fish_canary_using_subcommand check" -l shard -d 'Probe only the K-th of N parts; every endpoint belongs to exactly one' -r
complete -c canary -n "__fish_canary_using_subcommand check" -l via -d 'Go through this pool of the configuration, `direct`, or the proxy that env:VAR holds, instead of `proxy`' -r -f
complete -c canary -n "__fish_canary_using_subcommand check" -l wait -d 'After a deploy: probe again until all are up, or DUR is over; the last round counts, nobody is told, nothing is healed' -r
complete -c canary -n "__fish_canary_using_subcommand check" -l wait-interval -d 'The pause between two rounds of --wait' -r
complete -c canary -n "__fish_canary_using_subcommand check" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand check" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand check" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand check" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand check" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand check" -l json -d 'The same as -o json'
complete -c canary -n "__fish_canary_using_subcommand check" -l due -d 'Probe only what is due: once per `interval`, whatever starts the runs'
complete -c canary -n "__fish_canary_using_subcommand check" -l no-alerts -d 'Incidents are neither read nor changed, nobody is told; the results are recorded and count for nothing else'
complete -c canary -n "__fish_canary_using_subcommand check" -l no-heal -d 'Run no remedy of `heal`'
complete -c canary -n "__fish_canary_using_subcommand check" -l heartbeat -d 'Ping the heartbeat although the run is partial'
complete -c canary -n "__fish_canary_using_subcommand check" -l no-history -d 'Record nothing in the history (implies --no-alerts and --no-heal)'
complete -c canary -n "__fish_canary_using_subcommand check" -l dry-run -d 'Probe and print, heal nothing, tell nobody, and leave the state directory alone'
complete -c canary -n "__fish_canary_using_subcommand check" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand check" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand check" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand history" -l tag -d 'Only what carries this tag in the configuration; several: any of them' -r -f
complete -c canary -n "__fish_canary_using_subcommand history" -l since -d 'Not before this: so long ago (90m, 7d), a day (2026-11-24: midnight UTC), or a time such as 2026-11-24T06:00:00Z' -r
complete -c canary -n "__fish_canary_using_subcommand history" -l until -d 'Not after this: so long ago, a day (its midnight UTC), or a time' -r
complete -c canary -n "__fish_canary_using_subcommand history" -l verdict -d 'Only these: up, degraded, down, unknown; repeatable, or with commas' -r
complete -c canary -n "__fish_canary_using_subcommand history" -l limit -d 'The newest N [default: 100 in the table, else all]' -r
complete -c canary -n "__fish_canary_using_subcommand history" -s o -l output -d 'table, json (one array), jsonl or csv' -r
complete -c canary -n "__fish_canary_using_subcommand history" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand history" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand history" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand history" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand history" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand history" -l stats -d 'Counts and percentiles per endpoint and verdict instead of the records'
complete -c canary -n "__fish_canary_using_subcommand history" -l json -d 'The same as -o json'
complete -c canary -n "__fish_canary_using_subcommand history" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand history" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand history" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand status" -l tag -d 'Only what carries this tag; several: any of them' -r -f
complete -c canary -n "__fish_canary_using_subcommand status" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand status" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand status" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand status" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand status" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand status" -l json -d 'As one JSON document'
complete -c canary -n "__fish_canary_using_subcommand status" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand status" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand status" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand report" -l out -d 'Where to: made if it isn\'t there; index.html, status.json, status/CHANNEL.json, history.json and metrics.prom are replaced atomically, readable for all' -r -F
complete -c canary -n "__fish_canary_using_subcommand report" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand report" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand report" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand report" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand report" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand report" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand report" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand report" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand incidents; and not __fish_seen_subcommand_from list show ack help" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand incidents; and not __fish_seen_subcommand_from list show ack help" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand incidents; and not __fish_seen_subcommand_from list show ack help" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand incidents; and not __fish_seen_subcommand_from list show ack help" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand incidents; and not __fish_seen_subcommand_from list show ack help" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand incidents; and not __fish_seen_subcommand_from list show ack help" -l json -d 'Without a command: the list as a JSON array'
complete -c canary -n "__fish_canary_using_subcommand incidents; and not __fish_seen_subcommand_from list show ack help" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand incidents; and not __fish_seen_subcommand_from list show ack help" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand incidents; and not __fish_seen_subcommand_from list show ack help" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand incidents; and not __fish_seen_subcommand_from list show ack help" -f -a "list" -d 'List open incidents, then past ones, the newest first'
complete -c canary -n "__fish_canary_using_subcommand incidents; and not __fish_seen_subcommand_from list show ack help" -f -a "show" -d 'Show what a responder needs: timeline, last results, evidence, what healing did, how to ask again by hand'
complete -c canary -n "__fish_canary_using_subcommand incidents; and not __fish_seen_subcommand_from list show ack help" -f -a "ack" -d 'Stop the reminders of an open incident until it recovers'
complete -c canary -n "__fish_canary_using_subcommand incidents; and not __fish_seen_subcommand_from list show ack help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from list" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from list" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from list" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from list" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from list" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from list" -l json -d 'As a JSON array'
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from list" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from show" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from show" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from show" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from show" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from show" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from show" -l json -d 'As JSON'
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from show" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from ack" -l note -d 'Who knows, and what is being done' -r
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from ack" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from ack" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from ack" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from ack" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from ack" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from ack" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from ack" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from ack" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from help" -f -a "list" -d 'List open incidents, then past ones, the newest first'
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show what a responder needs: timeline, last results, evidence, what healing did, how to ask again by hand'
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from help" -f -a "ack" -d 'Stop the reminders of an open incident until it recovers'
complete -c canary -n "__fish_canary_using_subcommand incidents; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c canary -n "__fish_canary_using_subcommand alerts; and not __fish_seen_subcommand_from list test simulate flush help" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand alerts; and not __fish_seen_subcommand_from list test simulate flush help" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand alerts; and not __fish_seen_subcommand_from list test simulate flush help" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand alerts; and not __fish_seen_subcommand_from list test simulate flush help" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand alerts; and not __fish_seen_subcommand_from list test simulate flush help" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand alerts; and not __fish_seen_subcommand_from list test simulate flush help" -l json -d 'Without a command: the list as a JSON array'
complete -c canary -n "__fish_canary_using_subcommand alerts; and not __fish_seen_subcommand_from list test simulate flush help" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand alerts; and not __fish_seen_subcommand_from list test simulate flush help" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand alerts; and not __fish_seen_subcommand_from list test simulate flush help" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand alerts; and not __fish_seen_subcommand_from list test simulate flush help" -f -a "list" -d 'List what is not delivered yet, by receiver, and say which receivers are not configured'
complete -c canary -n "__fish_canary_using_subcommand alerts; and not __fish_seen_subcommand_from list test simulate flush help" -f -a "test" -d 'Send a sample and say which step failed; no RECEIVER means all that are configured'
complete -c canary -n "__fish_canary_using_subcommand alerts; and not __fish_seen_subcommand_from list test simulate flush help" -f -a "simulate" -d 'Replay the history through the alert rules: what would have been said, when, to whom, and what not and why'
complete -c canary -n "__fish_canary_using_subcommand alerts; and not __fish_seen_subcommand_from list test simulate flush help" -f -a "flush" -d 'Deliver now what is pending, whatever its next try; or discard it'
complete -c canary -n "__fish_canary_using_subcommand alerts; and not __fish_seen_subcommand_from list test simulate flush help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from list" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from list" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from list" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from list" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from list" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from list" -l json -d 'As a JSON array'
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from list" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from test" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from test" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from test" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from test" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from test" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from test" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from test" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from simulate" -l since -d 'From when on: so long ago (90m, 7d), or a time such as 2026-11-24T06:00:00Z' -r
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from simulate" -l compare -d 'A second configuration to set beside the first one' -r -F
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from simulate" -l noise -d 'An incident that is announced and over within so long counts as noise' -r
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from simulate" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from simulate" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from simulate" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from simulate" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from simulate" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from simulate" -l json -d 'As JSON'
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from simulate" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from simulate" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from simulate" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from flush" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from flush" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from flush" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from flush" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from flush" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from flush" -l failed -d 'Try again what was refused for good, too; with --drop: only what was refused'
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from flush" -l drop -d 'Discard instead of delivering; what is being sent at this moment stays'
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from flush" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from flush" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from flush" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from help" -f -a "list" -d 'List what is not delivered yet, by receiver, and say which receivers are not configured'
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from help" -f -a "test" -d 'Send a sample and say which step failed; no RECEIVER means all that are configured'
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from help" -f -a "simulate" -d 'Replay the history through the alert rules: what would have been said, when, to whom, and what not and why'
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from help" -f -a "flush" -d 'Deliver now what is pending, whatever its next try; or discard it'
complete -c canary -n "__fish_canary_using_subcommand alerts; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c canary -n "__fish_canary_using_subcommand silence; and not __fish_seen_subcommand_from add list remove help" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand silence; and not __fish_seen_subcommand_from add list remove help" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand silence; and not __fish_seen_subcommand_from add list remove help" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand silence; and not __fish_seen_subcommand_from add list remove help" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand silence; and not __fish_seen_subcommand_from add list remove help" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand silence; and not __fish_seen_subcommand_from add list remove help" -l json -d 'Without a command: the list as a JSON array'
complete -c canary -n "__fish_canary_using_subcommand silence; and not __fish_seen_subcommand_from add list remove help" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand silence; and not __fish_seen_subcommand_from add list remove help" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand silence; and not __fish_seen_subcommand_from add list remove help" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand silence; and not __fish_seen_subcommand_from add list remove help" -f -a "add" -d 'Mute targets; what is still down at the end is told then, with its true start'
complete -c canary -n "__fish_canary_using_subcommand silence; and not __fish_seen_subcommand_from add list remove help" -f -a "list" -d 'List the silences that are not over'
complete -c canary -n "__fish_canary_using_subcommand silence; and not __fish_seen_subcommand_from add list remove help" -f -a "remove" -d 'End a silence now'
complete -c canary -n "__fish_canary_using_subcommand silence; and not __fish_seen_subcommand_from add list remove help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from add" -l for -d 'For so long from now' -r
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from add" -l until -d 'Until this time' -r
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from add" -l reason -d 'Why, for whoever reads the list' -r
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from add" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from add" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from add" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from add" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from add" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from add" -l until-recovered -d 'For each endpoint until it has recovered: alerting.recover_after good results in a row'
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from add" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from list" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from list" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from list" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from list" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from list" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from list" -l json -d 'As a JSON array'
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from list" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from remove" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from remove" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from remove" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from remove" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from remove" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from help" -f -a "add" -d 'Mute targets; what is still down at the end is told then, with its true start'
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the silences that are not over'
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from help" -f -a "remove" -d 'End a silence now'
complete -c canary -n "__fish_canary_using_subcommand silence; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c canary -n "__fish_canary_using_subcommand heal; and not __fish_seen_subcommand_from list reset help" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand heal; and not __fish_seen_subcommand_from list reset help" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand heal; and not __fish_seen_subcommand_from list reset help" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand heal; and not __fish_seen_subcommand_from list reset help" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand heal; and not __fish_seen_subcommand_from list reset help" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand heal; and not __fish_seen_subcommand_from list reset help" -l json -d 'Without a command: the list as a JSON array'
complete -c canary -n "__fish_canary_using_subcommand heal; and not __fish_seen_subcommand_from list reset help" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand heal; and not __fish_seen_subcommand_from list reset help" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand heal; and not __fish_seen_subcommand_from list reset help" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand heal; and not __fish_seen_subcommand_from list reset help" -f -a "list" -d 'List attempts, repairs that held, their median time, the last outcome and output, and when the next may come'
complete -c canary -n "__fish_canary_using_subcommand heal; and not __fish_seen_subcommand_from list reset help" -f -a "reset" -d 'Start the count of attempts over, after the cause is mended'
complete -c canary -n "__fish_canary_using_subcommand heal; and not __fish_seen_subcommand_from list reset help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c canary -n "__fish_canary_using_subcommand heal; and __fish_seen_subcommand_from list" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand heal; and __fish_seen_subcommand_from list" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand heal; and __fish_seen_subcommand_from list" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand heal; and __fish_seen_subcommand_from list" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand heal; and __fish_seen_subcommand_from list" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand heal; and __fish_seen_subcommand_from list" -l json -d 'As a JSON array'
complete -c canary -n "__fish_canary_using_subcommand heal; and __fish_seen_subcommand_from list" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand heal; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand heal; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand heal; and __fish_seen_subcommand_from reset" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand heal; and __fish_seen_subcommand_from reset" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand heal; and __fish_seen_subcommand_from reset" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand heal; and __fish_seen_subcommand_from reset" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand heal; and __fish_seen_subcommand_from reset" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand heal; and __fish_seen_subcommand_from reset" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand heal; and __fish_seen_subcommand_from reset" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand heal; and __fish_seen_subcommand_from reset" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand heal; and __fish_seen_subcommand_from help" -f -a "list" -d 'List attempts, repairs that held, their median time, the last outcome and output, and when the next may come'
complete -c canary -n "__fish_canary_using_subcommand heal; and __fish_seen_subcommand_from help" -f -a "reset" -d 'Start the count of attempts over, after the cause is mended'
complete -c canary -n "__fish_canary_using_subcommand heal; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c canary -n "__fish_canary_using_subcommand config; and not __fish_seen_subcommand_from check show schema help" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand config; and not __fish_seen_subcommand_from check show schema help" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand config; and not __fish_seen_subcommand_from check show schema help" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand config; and not __fish_seen_subcommand_from check show schema help" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand config; and not __fish_seen_subcommand_from check show schema help" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand config; and not __fish_seen_subcommand_from check show schema help" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand config; and not __fish_seen_subcommand_from check show schema help" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand config; and not __fish_seen_subcommand_from check show schema help" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand config; and not __fish_seen_subcommand_from check show schema help" -f -a "check" -d 'Report every mistake at once, with its place and a suggestion'
complete -c canary -n "__fish_canary_using_subcommand config; and not __fish_seen_subcommand_from check show schema help" -f -a "show" -d 'Print what the configuration comes to: defaults merged in, secrets masked'
complete -c canary -n "__fish_canary_using_subcommand config; and not __fish_seen_subcommand_from check show schema help" -f -a "schema" -d 'Print the JSON Schema of probes.yaml, for editors'
complete -c canary -n "__fish_canary_using_subcommand config; and not __fish_seen_subcommand_from check show schema help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from check" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from check" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from check" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from check" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from check" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from check" -l json -d 'As JSON'
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from check" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from show" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from show" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from show" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from show" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from show" -l json -d 'As JSON'
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from schema" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from schema" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from schema" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from schema" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from schema" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from schema" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from schema" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from schema" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "check" -d 'Report every mistake at once, with its place and a suggestion'
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "show" -d 'Print what the configuration comes to: defaults merged in, secrets masked'
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "schema" -d 'Print the JSON Schema of probes.yaml, for editors'
complete -c canary -n "__fish_canary_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c canary -n "__fish_canary_using_subcommand schema; and not __fish_seen_subcommand_from infer output help" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand schema; and not __fish_seen_subcommand_from infer output help" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand schema; and not __fish_seen_subcommand_from infer output help" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand schema; and not __fish_seen_subcommand_from infer output help" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand schema; and not __fish_seen_subcommand_from infer output help" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand schema; and not __fish_seen_subcommand_from infer output help" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand schema; and not __fish_seen_subcommand_from infer output help" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand schema; and not __fish_seen_subcommand_from infer output help" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand schema; and not __fish_seen_subcommand_from infer output help" -f -a "infer" -d 'A schema made from live answers of one endpoint, to begin with'
complete -c canary -n "__fish_canary_using_subcommand schema; and not __fish_seen_subcommand_from infer output help" -f -a "output" -d 'The schema of `check --json`; its `$defs.result` is a line of the history'
complete -c canary -n "__fish_canary_using_subcommand schema; and not __fish_seen_subcommand_from infer output help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from infer" -l samples -d 'How many answers to look at' -r
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from infer" -l interval -d 'The pause between two of them' -r
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from infer" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from infer" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from infer" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from infer" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from infer" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from infer" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from infer" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from infer" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from output" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from output" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from output" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from output" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from output" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from output" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from output" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from output" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from help" -f -a "infer" -d 'A schema made from live answers of one endpoint, to begin with'
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from help" -f -a "output" -d 'The schema of `check --json`; its `$defs.result` is a line of the history'
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c canary -n "__fish_canary_using_subcommand init" -l channel -d 'Only these channels: whatsapp, telegram, vk, max, avito; repeatable' -r -f
complete -c canary -n "__fish_canary_using_subcommand init" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand init" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand init" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand init" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand init" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand init" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand init" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand init" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand demo" -l stay -d 'Keep the fleet running for a second terminal, and print the Telegram messages that it gets' -r -F
complete -c canary -n "__fish_canary_using_subcommand demo" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand demo" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand demo" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand demo" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand demo" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand demo" -l json -d 'Print the report as JSON instead of the table'
complete -c canary -n "__fish_canary_using_subcommand demo" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand demo" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c canary -n "__fish_canary_using_subcommand completions" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand completions" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand completions" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand completions" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand completions" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand completions" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand completions" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand completions" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand man" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand man" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand man" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand man" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand man" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand man" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand man" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand man" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check history status report incidents alerts silence heal config schema init demo completions man help" -f -a "check" -d 'Probe endpoints, judge, record, print; the exit code says how it stands'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check history status report incidents alerts silence heal config schema init demo completions man help" -f -a "history" -d 'Query the history: which results there were, what they add up to'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check history status report incidents alerts silence heal config schema init demo completions man help" -f -a "status" -d 'What is known now, from state and history: verdicts, uptime, latency, health scores; probes nothing'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check history status report incidents alerts silence heal config schema init demo completions man help" -f -a "report" -d 'Write a static HTML dashboard and its figures for machines into a directory'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check history status report incidents alerts silence heal config schema init demo completions man help" -f -a "incidents" -d 'Open and past incidents: list (so without a command), show all that is known of one, stop its reminders'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check history status report incidents alerts silence heal config schema init demo completions man help" -f -a "alerts" -d 'What people are yet to be told (listed without a command), and whether their receivers work'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check history status report incidents alerts silence heal config schema init demo completions man help" -f -a "silence" -d 'Mute targets for a while: they are probed and recorded, and nobody is told; without a command: list the silences'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check history status report incidents alerts silence heal config schema init demo completions man help" -f -a "heal" -d 'What was tried to mend failing endpoints, and what came of it (listed without a command); start a count over'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check history status report incidents alerts silence heal config schema init demo completions man help" -f -a "config" -d 'Validate the configuration, show what it comes to, print its schema'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check history status report incidents alerts silence heal config schema init demo completions man help" -f -a "schema" -d 'Make a JSON Schema of an endpoint\'s answers; print those of canary\'s own output'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check history status report incidents alerts silence heal config schema init demo completions man help" -f -a "init" -d 'Write a commented starter probes.yaml and its schemas; never overwrites'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check history status report incidents alerts silence heal config schema init demo completions man help" -f -a "demo" -d 'Show the real thing against a built-in loopback fleet: five channels, some of them ill'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check history status report incidents alerts silence heal config schema init demo completions man help" -f -a "completions" -d 'Print the completion script of a shell'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check history status report incidents alerts silence heal config schema init demo completions man help" -f -a "man" -d 'Print the manual page of canary or of one command, as roff'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check history status report incidents alerts silence heal config schema init demo completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c canary -n "__fish_canary_using_subcommand help; and __fish_seen_subcommand_from incidents" -f -a "list" -d 'List open incidents, then past ones, the newest first'
complete -c canary -n "__fish_canary_using_subcommand help; and __fish_seen_subcommand_from incidents" -f -a "show" -d 'Show what a responder needs: timeline, last results, evidence, what healing did, how to ask again by hand'
complete -c canary -n "__fish_canary_using_subcommand help; and __fish_seen_subcommand_from incidents" -f -a "ack" -d 'Stop the reminders of an open incident until it recovers'
complete -c canary -n "__fish_canary_using_subcommand help; and __fish_seen_subcommand_from alerts" -f -a "list" -d 'List what is not delivered yet, by receiver, and say which receivers are not configured'
complete -c canary -n "__fish_canary_using_subcommand help; and __fish_seen_subcommand_from alerts" -f -a "test" -d 'Send a sample and say which step failed; no RECEIVER means all that are configured'
complete -c canary -n "__fish_canary_using_subcommand help; and __fish_seen_subcommand_from alerts" -f -a "simulate" -d 'Replay the history through the alert rules: what would have been said, when, to whom, and what not and why'
complete -c canary -n "__fish_canary_using_subcommand help; and __fish_seen_subcommand_from alerts" -f -a "flush" -d 'Deliver now what is pending, whatever its next try; or discard it'
complete -c canary -n "__fish_canary_using_subcommand help; and __fish_seen_subcommand_from silence" -f -a "add" -d 'Mute targets; what is still down at the end is told then, with its true start'
complete -c canary -n "__fish_canary_using_subcommand help; and __fish_seen_subcommand_from silence" -f -a "list" -d 'List the silences that are not over'
complete -c canary -n "__fish_canary_using_subcommand help; and __fish_seen_subcommand_from silence" -f -a "remove" -d 'End a silence now'
complete -c canary -n "__fish_canary_using_subcommand help; and __fish_seen_subcommand_from heal" -f -a "list" -d 'List attempts, repairs that held, their median time, the last outcome and output, and when the next may come'
complete -c canary -n "__fish_canary_using_subcommand help; and __fish_seen_subcommand_from heal" -f -a "reset" -d 'Start the count of attempts over, after the cause is mended'
complete -c canary -n "__fish_canary_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "check" -d 'Report every mistake at once, with its place and a suggestion'
complete -c canary -n "__fish_canary_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Print what the configuration comes to: defaults merged in, secrets masked'
complete -c canary -n "__fish_canary_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "schema" -d 'Print the JSON Schema of probes.yaml, for editors'
complete -c canary -n "__fish_canary_using_subcommand help; and __fish_seen_subcommand_from schema" -f -a "infer" -d 'A schema made from live answers of one endpoint, to begin with'
complete -c canary -n "__fish_canary_using_subcommand help; and __fish_seen_subcommand_from schema" -f -a "output" -d 'The schema of `check --json`; its `$defs.result` is a line of the history'

# Names come from the configuration in reach: canary itself knows which belong here.
function __canary_names
    set -l words (commandline -opc)
    $words[1] __names $words (commandline -ct) 2>/dev/null </dev/null
end
function __canary_values
    __canary_names | string replace -r -- '^(--[^=]*=|-[a-zA-Z])' ''
end
complete -c canary -n "not __fish_canary_using_subcommand init" -f
complete -c canary -k -a "(__canary_names)"
complete -c canary -n "__fish_canary_using_subcommand check" -l tag -k -x -a "(__canary_values)"
complete -c canary -n "__fish_canary_using_subcommand check" -s o -l output -k -x -a "(__canary_values)"
complete -c canary -n "__fish_canary_using_subcommand check" -l via -k -x -a "(__canary_values)"
complete -c canary -n "__fish_canary_using_subcommand history" -l tag -k -x -a "(__canary_values)"
complete -c canary -n "__fish_canary_using_subcommand status" -l tag -k -x -a "(__canary_values)"
complete -c canary -n "__fish_canary_using_subcommand init" -l channel -k -x -a "(__canary_values)"
