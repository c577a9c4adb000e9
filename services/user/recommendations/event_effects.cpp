#include "services/user/recommendations/event_effects.hpp"

#include "services/contracts/events/order.hpp"
#include "services/contracts/events/product.hpp"
#include "services/user/recommendations/known_product_store.hpp"
#include "services/user/recommendations/purchase_store.hpp"

namespace user {
namespace {

using kit::db::Transaction;
using kit::messaging::Unreadable;

constexpr std::size_t MAX_NAME_BYTES = 200 * 4;

std::string checked_name(const std::string& name) {
  if (name.empty() || name.size() > MAX_NAME_BYTES) throw Unreadable("a name is wrong");
  return name;
}

void confirm(Transaction& tx, const contracts::OrderEvent& order, const std::string& time) {
  KnownProducts products;
  std::set<contracts::ProductId> ids;
  for (const auto& line : order.lines) {
    if (!line.product || !line.name) throw Unreadable("a line has no product");
    products.emplace(*line.product, KnownProduct{checked_name(*line.name), line.unit_price});
    ids.insert(*line.product);
  }
  if (!order.user || ids.empty()) throw Unreadable("nobody bought anything");
  KnownProductStore::add_missing(tx, products);
  PurchaseStore::confirm(tx, order.order, order.user->id, ids, time);
}

}  // namespace

void apply_event(Transaction& tx, const kit::messaging::Event& event) {
  if (event.type == "order.confirmed")
    return confirm(tx, contracts::read<contracts::OrderEvent>(event.data), event.time);
  if (event.type == "order.cancelled")
    return PurchaseStore::cancel(tx, contracts::read<contracts::OrderEvent>(event.data).order);
  if (event.type != "product.changed") return;
  const auto change = contracts::read<contracts::ProductEvent>(event.data);
  const KnownProduct product{checked_name(change.name), change.unit_price, change.retired.value_or(false)};
  KnownProductStore::apply_change(tx, change.product, product, event.time);
}

}  // namespace user
