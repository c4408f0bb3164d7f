# Names come from the configuration in reach: canary itself knows which belong here.
_canary() {
    local -a lines names
    local line
    lines=("${(@f)$("${words[1]}" __names "${(@)words[1,CURRENT-1]}" "$PREFIX" 2>/dev/null </dev/null)}")
    for line in $lines; do
        names+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    done
    if ((${#names})); then
        _describe -V 'name' names
    else
        _canary_static "$@"
    fi
}
