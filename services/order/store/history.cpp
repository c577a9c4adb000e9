#include "services/order/store/history.hpp"

namespace order::history {
namespace {

static_assert(WATCH_SPACE == 1936226145, "see RECORD");

constexpr kit::db::Statement RECORD{"history_record", R"(
  with written as (insert into order_history (order_id, type, data) values ($1, $2, $3::jsonb))
  select pg_notify('order_history', $1::bigint::text) where not pg_try_advisory_xact_lock(1936226145, $4::int))"};

}  // namespace

void record(kit::db::Transaction& tx, kit::OrderId order, std::string_view type, const nlohmann::json& data) {
  tx.exec(RECORD, order.value, type, data.dump(), watch_lock(order));
}

}  // namespace order::history
