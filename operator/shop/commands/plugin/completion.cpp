#include "operator/shop/commands/plugin/plugin.hpp"

namespace shop::plugin {

// kubectl calls it with the words after "shop"; it prints a word a line, then a colon and cobra's directive
// (4: no file names).
const char* const bash_completion = R"(#!/usr/bin/env bash
last="${*: -1}"
case $#:$1 in
0:*|1:*) words='status backup restore logs open plan completion' ;;
2:completion) words=bash ;;
2:status|2:backup|2:logs|2:open) words=$(kubectl get shops --request-timeout=3s -o jsonpath='{.items[*].metadata.name}' 2>/dev/null) ;;
3:logs) words='user product order notification postgres rabbitmq' ;;
*) words='--namespace --context --kubeconfig --output --follow --since --tail --from --at --backup --host --apply --timeout' ;;
esac
compgen -W "$words" -- "$last"
echo :4
)";

}  // namespace shop::plugin
