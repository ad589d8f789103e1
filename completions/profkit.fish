# fish completion for profkit: the program itself knows its options, and is asked when fish first completes one.
command profkit completion fish 2>/dev/null | source
