#pragma once
#include "services/contracts/events/product.hpp"

#include <string>

namespace product {

inline kit::messaging::Event product_event(const char* type, const contracts::ProductEvent& data,
                                           const std::string& traceparent) {
  return kit::messaging::Event::make("/shopkeeper/product", type,
                                     "product/" + std::to_string(data.product.value), to_json(data),
                                     traceparent);
}

/// For products that are new, retired, renamed or have another price.
inline kit::messaging::Event product_changed(contracts::ProductId id, const std::string& name,
                                             const kit::Money& price, bool retired,
                                             const std::string& traceparent) {
  return product_event("product.changed", {id, name, price, retired}, traceparent);
}

}  // namespace product
