
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'canary' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'canary'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'canary' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Probe endpoints, judge, record, print; the exit code says how it stands')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Validate the configuration, show what it comes to, print its schema')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schemas of canary''s own output')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented starter probes.yaml and its schemas; never overwrites')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Show the real thing against a built-in loopback fleet: five channels, some of them ill')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page of canary or of one command, as roff')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'canary;check' {
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Only what carries this tag; several: any of them')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json or jsonl, to stdout or to a FILE that is replaced atomically; repeatable')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json or jsonl, to stdout or to a FILE that is replaced atomically; repeatable')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Which verdicts make the exit code 1: down, degraded (or down), never')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Most probes at once')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'When the run must be over, recording included [default: 5m; with --due 55s]')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Probe only the K-th of N parts; every endpoint belongs to exactly one')
            [CompletionResult]::new('--via', '--via', [CompletionResultType]::ParameterName, 'Go through this pool of the configuration, `direct`, or the proxy that env:VAR holds, instead of `proxy`')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'After a deploy: probe again until all are up, or DUR is over; the last round counts')
            [CompletionResult]::new('--wait-interval', '--wait-interval', [CompletionResultType]::ParameterName, 'The pause between two rounds of --wait')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as -o json')
            [CompletionResult]::new('--due', '--due', [CompletionResultType]::ParameterName, 'Probe only what is due: once per `interval`, whatever starts the runs')
            [CompletionResult]::new('--no-alerts', '--no-alerts', [CompletionResultType]::ParameterName, 'Incidents are neither read nor changed, nobody is told; the results are recorded and count for nothing else')
            [CompletionResult]::new('--heartbeat', '--heartbeat', [CompletionResultType]::ParameterName, 'Ping the heartbeat although the run is partial')
            [CompletionResult]::new('--no-history', '--no-history', [CompletionResultType]::ParameterName, 'Record nothing in the history (implies --no-alerts)')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Probe and print, and leave the state directory alone')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'canary;config' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Report every mistake at once, with its place and a suggestion')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print what the configuration comes to: defaults merged in, secrets masked')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of probes.yaml, for editors')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'canary;config;check' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'As JSON')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'canary;config;show' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'As JSON')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'canary;config;schema' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'canary;config;help' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Report every mistake at once, with its place and a suggestion')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print what the configuration comes to: defaults merged in, secrets masked')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of probes.yaml, for editors')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'canary;config;help;check' {
            break
        }
        'canary;config;help;show' {
            break
        }
        'canary;config;help;schema' {
            break
        }
        'canary;config;help;help' {
            break
        }
        'canary;schema' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('output', 'output', [CompletionResultType]::ParameterValue, 'The schema of `check --json`; its `$defs.result` is a line of the history')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'canary;schema;output' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'canary;schema;help' {
            [CompletionResult]::new('output', 'output', [CompletionResultType]::ParameterValue, 'The schema of `check --json`; its `$defs.result` is a line of the history')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'canary;schema;help;output' {
            break
        }
        'canary;schema;help;help' {
            break
        }
        'canary;init' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'canary;demo' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the report as JSON instead of the table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'canary;completions' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'canary;man' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'canary;help' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Probe endpoints, judge, record, print; the exit code says how it stands')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Validate the configuration, show what it comes to, print its schema')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schemas of canary''s own output')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented starter probes.yaml and its schemas; never overwrites')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Show the real thing against a built-in loopback fleet: five channels, some of them ill')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page of canary or of one command, as roff')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'canary;help;check' {
            break
        }
        'canary;help;config' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Report every mistake at once, with its place and a suggestion')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print what the configuration comes to: defaults merged in, secrets masked')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of probes.yaml, for editors')
            break
        }
        'canary;help;config;check' {
            break
        }
        'canary;help;config;show' {
            break
        }
        'canary;help;config;schema' {
            break
        }
        'canary;help;schema' {
            [CompletionResult]::new('output', 'output', [CompletionResultType]::ParameterValue, 'The schema of `check --json`; its `$defs.result` is a line of the history')
            break
        }
        'canary;help;schema;output' {
            break
        }
        'canary;help;init' {
            break
        }
        'canary;help;demo' {
            break
        }
        'canary;help;completions' {
            break
        }
        'canary;help;man' {
            break
        }
        'canary;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
