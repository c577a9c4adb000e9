#include "services/user/events.hpp"

#include "services/kit/events/consumer.hpp"
#include "services/user/store/known_products.hpp"
#include "services/user/store/purchases.hpp"

namespace user {
namespace {

using kit::db::Transaction;
using nlohmann::json;

constexpr std::chrono::seconds TIME{10};
constexpr std::size_t MAX_NAME = 200;

std::int64_t id_of(const json& data, const char* key) {
  const auto id = data.at(key).get<std::int64_t>();
  if (id <= 0) throw kit::events::Unreadable(std::string(key) + " is no id");
  return id;
}

Product product_of(const json& data) {
  Product product{data.at("name").get<std::string>(), std::nullopt, data.value("retired", false)};
  if (product.name.empty() || product.name.size() > MAX_NAME * 4)
    throw kit::events::Unreadable("a name is wrong");
  const auto price = data.find("unit_price");
  if (price == data.end() || price->is_null()) return product;
  if (const auto currency = kit::Currency::parse(price->at("currency").get<std::string>()))
    product.price.emplace(price->at("minor").get<std::int64_t>(), *currency);
  return product;
}

using Effect = std::function<void(Transaction&)>;

Effect confirmed(const kit::events::Event& event) {
  const kit::OrderId order{id_of(event.data, "order_id")};
  const kit::UserId buyer{id_of(event.data.at("user"), "id")};
  Products products;
  std::set<kit::ProductId> ids;
  for (const auto& line : event.data.at("lines")) {
    const kit::ProductId id{id_of(line, "product_id")};
    products.emplace(id, product_of(line));
    ids.insert(id);
  }
  return [=, time = event.time](Transaction& tx) {
    for (const auto& [id, product] : products) store::KnownProducts::mention(tx, id, product);
    store::Purchases::confirm(tx, order, buyer, ids, time);
  };
}

Effect effect_of(const kit::events::Event& event) {
  if (event.type == "order.confirmed") return confirmed(event);
  if (event.type == "order.cancelled")
    return [order = kit::OrderId{id_of(event.data, "order_id")}](Transaction& tx) {
      store::Purchases::cancel(tx, order);
    };
  if (event.type == "product.changed")
    return [id = kit::ProductId{id_of(event.data, "product_id")}, product = product_of(event.data),
            time = event.time](Transaction& tx) { store::KnownProducts::tell(tx, id, product, time); };
  return {};
}

}  // namespace

std::vector<std::string> events_heard() { return {"order.confirmed", "order.cancelled", "product.changed"}; }

void hear(kit::db::Database& database, const kit::events::Event& event) {
  Effect effect;
  try {
    effect = effect_of(event);
  } catch (const json::exception& e) {
    throw kit::events::Unreadable(e.what());
  }
  if (!effect) return;
  database.transact(
      "hear_event", kit::Deadline::in(TIME),
      [&](Transaction& tx) {
        if (kit::events::claim_inbox(tx, "user", event)) effect(tx);
      },
      true);
}

}  // namespace user
