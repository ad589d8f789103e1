# Folds the text of `perf script` to one line a stack: command;root;...;leaf count. Samples count one each.
function flush_stack(   i, line)
{
    if (n) {
        line = command
        for (i = n; i > 0; i--)
            line = line ";" frame[i]
        count[line]++
    }
    n = 0
}
/^[^ \t]/ { flush_stack(); command = $1 }
/^[ \t]/ && NF { sub(/\+0x[0-9a-f]+$/, "", $2); frame[++n] = $2 == "[unknown]" ? "[unknown]" : $2 }
/^$/ { flush_stack() }
END {
    flush_stack()
    for (line in count)
        print line, count[line]
}
