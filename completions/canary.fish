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
complete -c canary -n "__fish_canary_needs_command" -f -a "config" -d 'Validate the configuration, show what it comes to, print its schema'
complete -c canary -n "__fish_canary_needs_command" -f -a "schema" -d 'Print the JSON Schemas of canary\'s own output'
complete -c canary -n "__fish_canary_needs_command" -f -a "init" -d 'Write a commented starter probes.yaml and its schemas; never overwrites'
complete -c canary -n "__fish_canary_needs_command" -f -a "demo" -d 'Show the real thing against a built-in loopback fleet: five channels, some of them ill'
complete -c canary -n "__fish_canary_needs_command" -f -a "completions" -d 'Print the completion script of a shell'
complete -c canary -n "__fish_canary_needs_command" -f -a "man" -d 'Print the manual page of canary or of one command, as roff'
complete -c canary -n "__fish_canary_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c canary -n "__fish_canary_using_subcommand check" -l tag -d 'Only what carries this tag; several: any of them' -r
complete -c canary -n "__fish_canary_using_subcommand check" -s o -l output -d 'table, json or jsonl, to stdout or to a FILE that is replaced atomically; repeatable' -r
complete -c canary -n "__fish_canary_using_subcommand check" -l fail-on -d 'Which verdicts make the exit code 1: down, degraded (or down), never' -r -f -a "down\t'Down ones'
degraded\t'Degraded ones too'
never\t'None'"
complete -c canary -n "__fish_canary_using_subcommand check" -l concurrency -d 'Most probes at once' -r
complete -c canary -n "__fish_canary_using_subcommand check" -l deadline -d 'When the run must be over, recording included [default: 5m; with --due 55s]' -r
complete -c canary -n "__fish_canary_using_subcommand check" -l shard -d 'Probe only the K-th of N parts; every endpoint belongs to exactly one' -r
complete -c canary -n "__fish_canary_using_subcommand check" -l via -d 'Go through this pool of the configuration, `direct`, or the proxy that env:VAR holds, instead of `proxy`' -r
complete -c canary -n "__fish_canary_using_subcommand check" -l wait -d 'After a deploy: probe again until all are up, or DUR is over; the last round counts' -r
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
complete -c canary -n "__fish_canary_using_subcommand check" -l heartbeat -d 'Ping the heartbeat although the run is partial'
complete -c canary -n "__fish_canary_using_subcommand check" -l no-history -d 'Record nothing in the history (implies --no-alerts)'
complete -c canary -n "__fish_canary_using_subcommand check" -l dry-run -d 'Probe and print, and leave the state directory alone'
complete -c canary -n "__fish_canary_using_subcommand check" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand check" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand check" -s h -l help -d 'Print help'
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
complete -c canary -n "__fish_canary_using_subcommand schema; and not __fish_seen_subcommand_from output help" -s c -l config -d 'The configuration to use instead of the first one found' -r -F
complete -c canary -n "__fish_canary_using_subcommand schema; and not __fish_seen_subcommand_from output help" -l state-dir -d 'Where everything lives that must survive between two runs' -r -F
complete -c canary -n "__fish_canary_using_subcommand schema; and not __fish_seen_subcommand_from output help" -l env-file -d 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]' -r -F
complete -c canary -n "__fish_canary_using_subcommand schema; and not __fish_seen_subcommand_from output help" -l color -d 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes'
always\t'Always'
never\t'Never'"
complete -c canary -n "__fish_canary_using_subcommand schema; and not __fish_seen_subcommand_from output help" -l log-format -d 'How stderr is written: text or json (one object a line)' -r -f -a "text\t'For people'
json\t'One JSON object a line'"
complete -c canary -n "__fish_canary_using_subcommand schema; and not __fish_seen_subcommand_from output help" -s q -l quiet -d 'No table, no warnings'
complete -c canary -n "__fish_canary_using_subcommand schema; and not __fish_seen_subcommand_from output help" -s v -l verbose -d 'Say on stderr what was decided and why; twice for more'
complete -c canary -n "__fish_canary_using_subcommand schema; and not __fish_seen_subcommand_from output help" -s h -l help -d 'Print help'
complete -c canary -n "__fish_canary_using_subcommand schema; and not __fish_seen_subcommand_from output help" -f -a "output" -d 'The schema of `check --json`; its `$defs.result` is a line of the history'
complete -c canary -n "__fish_canary_using_subcommand schema; and not __fish_seen_subcommand_from output help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
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
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from help" -f -a "output" -d 'The schema of `check --json`; its `$defs.result` is a line of the history'
complete -c canary -n "__fish_canary_using_subcommand schema; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
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
complete -c canary -n "__fish_canary_using_subcommand demo" -s h -l help -d 'Print help'
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
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check config schema init demo completions man help" -f -a "check" -d 'Probe endpoints, judge, record, print; the exit code says how it stands'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check config schema init demo completions man help" -f -a "config" -d 'Validate the configuration, show what it comes to, print its schema'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check config schema init demo completions man help" -f -a "schema" -d 'Print the JSON Schemas of canary\'s own output'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check config schema init demo completions man help" -f -a "init" -d 'Write a commented starter probes.yaml and its schemas; never overwrites'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check config schema init demo completions man help" -f -a "demo" -d 'Show the real thing against a built-in loopback fleet: five channels, some of them ill'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check config schema init demo completions man help" -f -a "completions" -d 'Print the completion script of a shell'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check config schema init demo completions man help" -f -a "man" -d 'Print the manual page of canary or of one command, as roff'
complete -c canary -n "__fish_canary_using_subcommand help; and not __fish_seen_subcommand_from check config schema init demo completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c canary -n "__fish_canary_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "check" -d 'Report every mistake at once, with its place and a suggestion'
complete -c canary -n "__fish_canary_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Print what the configuration comes to: defaults merged in, secrets masked'
complete -c canary -n "__fish_canary_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "schema" -d 'Print the JSON Schema of probes.yaml, for editors'
complete -c canary -n "__fish_canary_using_subcommand help; and __fish_seen_subcommand_from schema" -f -a "output" -d 'The schema of `check --json`; its `$defs.result` is a line of the history'
