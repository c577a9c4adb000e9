#pragma once
#include <string_view>

/// The syntax of names that Kubernetes and registries require, as in the CRD's rules.
namespace shop {

/// At most 63 letters, digits, '.', '_' and '-', with a letter or digit at both ends. Not empty.
bool is_label_value(std::string_view text);
/// A key of labels and annotations: a label value, or `<DNS name>/<label value>`.
bool is_label_key(std::string_view text);
/// Of an environment variable: letters, digits and '_', not beginning with a digit.
bool is_variable_name(std::string_view text);

}  // namespace shop
