#include "services/order/store/open_order_metrics.hpp"

#include "services/order/store/state_sql.hpp"

#include <map>

namespace order {
namespace {

constexpr std::chrono::seconds PAUSE{5};

// Every open order has due_at, which has a partial index.
constexpr kit::db::Statement COUNT{"orders_open", R"(
  select case when state in )" SHOPKEEPER_PLACING R"( then state else 'settling' end as state, count(*)
  from orders where due_at is not null group by 1)"};

constexpr const char* SETTLING = "settling";

using Gauges = std::map<std::string, prometheus::Gauge*>;

Gauges gauges_of(kit::Metrics& metrics) {
  Gauges out;
  const auto add = [&](std::string state) {
    out[state] =
        &metrics.gauge("orders_open", "Orders that are due, by state; settling: they owe stock or money.",
                       {{"state", state}});
  };
  for (const auto& rule : STATES)
    if (placing(rule.state)) add(std::string(rule.name));
  add(SETTLING);
  return out;
}

void count(kit::db::Database& database, const Gauges& gauges) {
  std::map<std::string, double> counts;
  database.read("orders_open", kit::Deadline::in(std::chrono::seconds(3)), [&](kit::db::Transaction& tx) {
    counts.clear();
    for (const auto& row : tx.exec(COUNT)) counts[row["state"].as<std::string>()] = row["count"].as<double>();
  });
  for (const auto& [state, gauge] : gauges) gauge->Set(counts[state]);
}

}  // namespace

OpenOrderMetrics::OpenOrderMetrics(kit::db::Database& database, kit::Metrics& metrics)
    : periodic_(
          {PAUSE, std::chrono::minutes(1), "open orders cannot be counted"},
          [&database, gauges = gauges_of(metrics)](const std::stop_token&) { count(database, gauges); }) {}

}  // namespace order
