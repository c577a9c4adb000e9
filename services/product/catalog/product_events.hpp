#pragma once
#include "services/contracts/internal/money.hpp"
#include "services/kit/ids.hpp"
#include "services/kit/messaging/event.hpp"

#include <string>

namespace product {

/// For products that are new, retired, renamed or have another price.
inline kit::messaging::Event product_changed(kit::ProductId id, const std::string& name,
                                             const kit::Money& price, bool retired,
                                             const std::string& traceparent) {
  return kit::messaging::Event::make("/shopkeeper/product", "product.changed",
                                     "product/" + std::to_string(id.value),
                                     {{"product_id", id.value},
                                      {"name", name},
                                      {"unit_price", contracts::to_json(price)},
                                      {"retired", retired}},
                                     traceparent);
}

}  // namespace product
