#include "services/order/store/open_orders.hpp"

#include <array>
#include <map>

namespace order {
namespace {

constexpr std::chrono::seconds PAUSE{5};

// Whatever is under way is due at some time: that has an index of its own.
constexpr kit::db::Statement COUNT{"orders_open", R"(
  select case when state in ('pending', 'reserved', 'authorised') then state else 'settling' end as state, count(*)
  from orders where due_at is not null group by 1)"};

}  // namespace

OpenOrders::OpenOrders(kit::db::Database& database, kit::Metrics& metrics)
    : periodic_({PAUSE, std::chrono::minutes(1), "open orders cannot be counted"}, [&database, gauges = [&] {
                  std::map<std::string, prometheus::Gauge*> out;
                  for (const auto* state : {"pending", "reserved", "authorised", "settling"})
                    out[state] =
                        &metrics.gauge("orders_open",
                                       "Orders that are not at rest, by state; settling: something is "
                                       "still to be given back.",
                                       {{"state", state}});
                  return out;
                }()](const std::stop_token&) {
        std::map<std::string, double> counts;
        database.read("orders_open", kit::Deadline::in(std::chrono::seconds(3)),
                      [&](kit::db::Transaction& tx) {
                        counts.clear();
                        for (const auto& row : tx.exec(COUNT))
                          counts[row["state"].as<std::string>()] = row["count"].as<double>();
                      });
        for (const auto& [state, gauge] : gauges) gauge->Set(counts[state]);
      }) {}

}  // namespace order
