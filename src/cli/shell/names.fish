
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
