
# Names come from the configuration in reach: canary itself knows which belong here.
_canary() {
    local line="${COMP_LINE:0:COMP_POINT}" word names=()
    _canary_static "$@"
    read -ra words <<< "$line"
    [[ "$line" == *[[:space:]] ]] && words+=("")
    word="${words[-1]}"
    mapfile -t names < <("$1" __names "${words[@]}" 2>/dev/null </dev/null)
    if ((${#names[@]})); then
        # Only what follows the last `:` or `=` is replaced by bash.
        names=("${names[@]%%$'\t'*}")
        COMPREPLY=("${names[@]#"${word%"$2"}"}")
        compopt +o nospace 2>/dev/null
    fi
    return 0
}
