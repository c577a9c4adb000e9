#include "operator/kube/object/object.hpp"
#include "services/kit/encoding/base64.hpp"

namespace kube {

std::string base64_decode(std::string_view text) {
  text = text.substr(0, text.find_last_not_of("\n\r ") + 1);
  auto bytes = kit::from_base64(text);
  if (!bytes) throw std::invalid_argument("not base64");
  return std::move(*bytes);
}

}  // namespace kube
