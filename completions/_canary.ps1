
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
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Query the history: which results there were, what they add up to')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'What is known now, from state and history: verdicts, uptime, latency, health scores; probes nothing')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Write a static HTML dashboard and its figures for machines into a directory')
            [CompletionResult]::new('incidents', 'incidents', [CompletionResultType]::ParameterValue, 'Open and past incidents: list (so without a command), show all that is known of one, stop its reminders')
            [CompletionResult]::new('alerts', 'alerts', [CompletionResultType]::ParameterValue, 'What people are yet to be told (listed without a command), and whether their receivers work')
            [CompletionResult]::new('silence', 'silence', [CompletionResultType]::ParameterValue, 'Mute targets for a while: they are probed and recorded, and nobody is told; without a command: list the silences')
            [CompletionResult]::new('heal', 'heal', [CompletionResultType]::ParameterValue, 'What was tried to mend failing endpoints, and what came of it (listed without a command); start a count over')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Validate the configuration, show what it comes to, print its schema')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Make a JSON Schema of an endpoint''s answers; print those of canary''s own output')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a commented starter probes.yaml and its schemas; never overwrites')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Show the real thing against a built-in loopback fleet: five channels, some of them ill')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page of canary or of one command, as roff')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'canary;check' {
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Only what carries this tag; several: any of them')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json, jsonl, junit, markdown, github, prometheus or nagios, to stdout or to a FILE that is replaced atomically; repeatable')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json, jsonl, junit, markdown, github, prometheus or nagios, to stdout or to a FILE that is replaced atomically; repeatable')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Which verdicts make the exit code 1: down, degraded (or down), never')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Most probes at once')
            [CompletionResult]::new('--deadline', '--deadline', [CompletionResultType]::ParameterName, 'When the run must be over, recording included [default: 5m; with --due 55s]')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Probe only the K-th of N parts; every endpoint belongs to exactly one')
            [CompletionResult]::new('--via', '--via', [CompletionResultType]::ParameterName, 'Go through this pool of the configuration, `direct`, or the proxy that env:VAR holds, instead of `proxy`')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'After a deploy: probe again until all are up, or DUR is over; the last round counts, nobody is told, nothing is healed')
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
            [CompletionResult]::new('--no-heal', '--no-heal', [CompletionResultType]::ParameterName, 'Run no remedy of `heal`')
            [CompletionResult]::new('--heartbeat', '--heartbeat', [CompletionResultType]::ParameterName, 'Ping the heartbeat although the run is partial')
            [CompletionResult]::new('--no-history', '--no-history', [CompletionResultType]::ParameterName, 'Record nothing in the history (implies --no-alerts and --no-heal)')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Probe and print, heal nothing, tell nobody, and leave the state directory alone')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'canary;history' {
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Only what carries this tag in the configuration; several: any of them')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Not before this: so long ago (90m, 7d), a day (2026-11-24: midnight UTC), or a time such as 2026-11-24T06:00:00Z')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Not after this: so long ago, a day (its midnight UTC), or a time')
            [CompletionResult]::new('--verdict', '--verdict', [CompletionResultType]::ParameterName, 'Only these: up, degraded, down, unknown; repeatable, or with commas')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'The newest N [default: 100 in the table, else all]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'table, json (one array), jsonl or csv')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'table, json (one array), jsonl or csv')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('--stats', '--stats', [CompletionResultType]::ParameterName, 'Counts and percentiles per endpoint and verdict instead of the records')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'The same as -o json')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'canary;status' {
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Only what carries this tag; several: any of them')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'As one JSON document')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'canary;report' {
            [CompletionResult]::new('--out', '--out', [CompletionResultType]::ParameterName, 'Where to: made if it isn''t there; index.html, status.json, status/CHANNEL.json, history.json and metrics.prom are replaced atomically, readable for all')
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
        'canary;incidents' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Without a command: the list as a JSON array')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List open incidents, then past ones, the newest first')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what a responder needs: timeline, last results, evidence, what healing did, how to ask again by hand')
            [CompletionResult]::new('ack', 'ack', [CompletionResultType]::ParameterValue, 'Stop the reminders of an open incident until it recovers')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'canary;incidents;list' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'As a JSON array')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'canary;incidents;show' {
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
        'canary;incidents;ack' {
            [CompletionResult]::new('--note', '--note', [CompletionResultType]::ParameterName, 'Who knows, and what is being done')
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
        'canary;incidents;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List open incidents, then past ones, the newest first')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what a responder needs: timeline, last results, evidence, what healing did, how to ask again by hand')
            [CompletionResult]::new('ack', 'ack', [CompletionResultType]::ParameterValue, 'Stop the reminders of an open incident until it recovers')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'canary;incidents;help;list' {
            break
        }
        'canary;incidents;help;show' {
            break
        }
        'canary;incidents;help;ack' {
            break
        }
        'canary;incidents;help;help' {
            break
        }
        'canary;alerts' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Without a command: the list as a JSON array')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List what is not delivered yet, by receiver, and say which receivers are not configured')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Send a sample and say which step failed; no RECEIVER means all that are configured')
            [CompletionResult]::new('simulate', 'simulate', [CompletionResultType]::ParameterValue, 'Replay the history through the alert rules: what would have been said, when, to whom, and what not and why')
            [CompletionResult]::new('flush', 'flush', [CompletionResultType]::ParameterValue, 'Deliver now what is pending, whatever its next try; or discard it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'canary;alerts;list' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'As a JSON array')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'canary;alerts;test' {
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
        'canary;alerts;simulate' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'From when on: so long ago (90m, 7d), or a time such as 2026-11-24T06:00:00Z')
            [CompletionResult]::new('--compare', '--compare', [CompletionResultType]::ParameterName, 'A second configuration to set beside the first one')
            [CompletionResult]::new('--noise', '--noise', [CompletionResultType]::ParameterName, 'An incident that is announced and over within so long counts as noise')
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
        'canary;alerts;flush' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('--failed', '--failed', [CompletionResultType]::ParameterName, 'Try again what was refused for good, too; with --drop: only what was refused')
            [CompletionResult]::new('--drop', '--drop', [CompletionResultType]::ParameterName, 'Discard instead of delivering; what is being sent at this moment stays')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'canary;alerts;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List what is not delivered yet, by receiver, and say which receivers are not configured')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Send a sample and say which step failed; no RECEIVER means all that are configured')
            [CompletionResult]::new('simulate', 'simulate', [CompletionResultType]::ParameterValue, 'Replay the history through the alert rules: what would have been said, when, to whom, and what not and why')
            [CompletionResult]::new('flush', 'flush', [CompletionResultType]::ParameterValue, 'Deliver now what is pending, whatever its next try; or discard it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'canary;alerts;help;list' {
            break
        }
        'canary;alerts;help;test' {
            break
        }
        'canary;alerts;help;simulate' {
            break
        }
        'canary;alerts;help;flush' {
            break
        }
        'canary;alerts;help;help' {
            break
        }
        'canary;silence' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Without a command: the list as a JSON array')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Mute targets; what is still down at the end is told then, with its true start')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the silences that are not over')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'End a silence now')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'canary;silence;add' {
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'For so long from now')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Until this time')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'Why, for whoever reads the list')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('--until-recovered', '--until-recovered', [CompletionResultType]::ParameterName, 'For each endpoint until it has recovered: alerting.recover_after good results in a row')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'canary;silence;list' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'As a JSON array')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'canary;silence;remove' {
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
        'canary;silence;help' {
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Mute targets; what is still down at the end is told then, with its true start')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the silences that are not over')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'End a silence now')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'canary;silence;help;add' {
            break
        }
        'canary;silence;help;list' {
            break
        }
        'canary;silence;help;remove' {
            break
        }
        'canary;silence;help;help' {
            break
        }
        'canary;heal' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Without a command: the list as a JSON array')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List attempts, repairs that held, their median time, the last outcome and output, and when the next may come')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Start the count of attempts over, after the cause is mended')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'canary;heal;list' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration to use instead of the first one found')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Where everything lives that must survive between two runs')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How stderr is written: text or json (one object a line)')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'As a JSON array')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'No table, no warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was decided and why; twice for more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'canary;heal;reset' {
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
        'canary;heal;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List attempts, repairs that held, their median time, the last outcome and output, and when the next may come')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Start the count of attempts over, after the cause is mended')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'canary;heal;help;list' {
            break
        }
        'canary;heal;help;reset' {
            break
        }
        'canary;heal;help;help' {
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
            [CompletionResult]::new('infer', 'infer', [CompletionResultType]::ParameterValue, 'A schema made from live answers of one endpoint, to begin with')
            [CompletionResult]::new('output', 'output', [CompletionResultType]::ParameterValue, 'The schema of `check --json`; its `$defs.result` is a line of the history')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'canary;schema;infer' {
            [CompletionResult]::new('--samples', '--samples', [CompletionResultType]::ParameterName, 'How many answers to look at')
            [CompletionResult]::new('--interval', '--interval', [CompletionResultType]::ParameterName, 'The pause between two of them')
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
            [CompletionResult]::new('infer', 'infer', [CompletionResultType]::ParameterValue, 'A schema made from live answers of one endpoint, to begin with')
            [CompletionResult]::new('output', 'output', [CompletionResultType]::ParameterValue, 'The schema of `check --json`; its `$defs.result` is a line of the history')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'canary;schema;help;infer' {
            break
        }
        'canary;schema;help;output' {
            break
        }
        'canary;schema;help;help' {
            break
        }
        'canary;init' {
            [CompletionResult]::new('--channel', '--channel', [CompletionResultType]::ParameterName, 'Only these channels: whatsapp, telegram, vk, max, avito; repeatable')
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
            [CompletionResult]::new('--stay', '--stay', [CompletionResultType]::ParameterName, 'Keep the fleet running for a second terminal, and print the Telegram messages that it gets')
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
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
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
            [CompletionResult]::new('history', 'history', [CompletionResultType]::ParameterValue, 'Query the history: which results there were, what they add up to')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'What is known now, from state and history: verdicts, uptime, latency, health scores; probes nothing')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Write a static HTML dashboard and its figures for machines into a directory')
            [CompletionResult]::new('incidents', 'incidents', [CompletionResultType]::ParameterValue, 'Open and past incidents: list (so without a command), show all that is known of one, stop its reminders')
            [CompletionResult]::new('alerts', 'alerts', [CompletionResultType]::ParameterValue, 'What people are yet to be told (listed without a command), and whether their receivers work')
            [CompletionResult]::new('silence', 'silence', [CompletionResultType]::ParameterValue, 'Mute targets for a while: they are probed and recorded, and nobody is told; without a command: list the silences')
            [CompletionResult]::new('heal', 'heal', [CompletionResultType]::ParameterValue, 'What was tried to mend failing endpoints, and what came of it (listed without a command); start a count over')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Validate the configuration, show what it comes to, print its schema')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Make a JSON Schema of an endpoint''s answers; print those of canary''s own output')
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
        'canary;help;history' {
            break
        }
        'canary;help;status' {
            break
        }
        'canary;help;report' {
            break
        }
        'canary;help;incidents' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List open incidents, then past ones, the newest first')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show what a responder needs: timeline, last results, evidence, what healing did, how to ask again by hand')
            [CompletionResult]::new('ack', 'ack', [CompletionResultType]::ParameterValue, 'Stop the reminders of an open incident until it recovers')
            break
        }
        'canary;help;incidents;list' {
            break
        }
        'canary;help;incidents;show' {
            break
        }
        'canary;help;incidents;ack' {
            break
        }
        'canary;help;alerts' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List what is not delivered yet, by receiver, and say which receivers are not configured')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Send a sample and say which step failed; no RECEIVER means all that are configured')
            [CompletionResult]::new('simulate', 'simulate', [CompletionResultType]::ParameterValue, 'Replay the history through the alert rules: what would have been said, when, to whom, and what not and why')
            [CompletionResult]::new('flush', 'flush', [CompletionResultType]::ParameterValue, 'Deliver now what is pending, whatever its next try; or discard it')
            break
        }
        'canary;help;alerts;list' {
            break
        }
        'canary;help;alerts;test' {
            break
        }
        'canary;help;alerts;simulate' {
            break
        }
        'canary;help;alerts;flush' {
            break
        }
        'canary;help;silence' {
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Mute targets; what is still down at the end is told then, with its true start')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the silences that are not over')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'End a silence now')
            break
        }
        'canary;help;silence;add' {
            break
        }
        'canary;help;silence;list' {
            break
        }
        'canary;help;silence;remove' {
            break
        }
        'canary;help;heal' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List attempts, repairs that held, their median time, the last outcome and output, and when the next may come')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Start the count of attempts over, after the cause is mended')
            break
        }
        'canary;help;heal;list' {
            break
        }
        'canary;help;heal;reset' {
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
            [CompletionResult]::new('infer', 'infer', [CompletionResultType]::ParameterValue, 'A schema made from live answers of one endpoint, to begin with')
            [CompletionResult]::new('output', 'output', [CompletionResultType]::ParameterValue, 'The schema of `check --json`; its `$defs.result` is a line of the history')
            break
        }
        'canary;help;schema;infer' {
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
