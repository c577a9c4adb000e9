#include "services/order/api/order_list_routes.hpp"

#include <gtest/gtest.h>

namespace order::api {
namespace {

using kit::http::Request;
using kit::identity::Role;

Request request_of(Role role, std::vector<std::pair<std::string, std::string>> query = {}) {
  Request request;
  request.principal = kit::identity::Principal{kit::UserId{7}, role, "", {}};
  request.query = std::move(query);
  return request;
}

int refusal(const Request& request) {
  try {
    read_filter(request);
  } catch (const kit::Problem& problem) {
    return problem.status();
  }
  return 0;
}

TEST(OrderListFilter, LimitsCustomersToTheirOwnOrders) {
  EXPECT_EQ(read_filter(request_of(Role::Customer)).user, kit::UserId{7});
  EXPECT_EQ(read_filter(request_of(Role::Customer, {{"user_id", "7"}})).user, kit::UserId{7});
  EXPECT_EQ(refusal(request_of(Role::Customer, {{"user_id", "8"}})), 403);
  EXPECT_EQ(read_filter(request_of(Role::Staff)).user, std::nullopt);
  EXPECT_EQ(read_filter(request_of(Role::Staff, {{"user_id", "8"}})).user, kit::UserId{8});
}

TEST(OrderListFilter, NamesTheWrongParameter) {
  const auto filter = read_filter(request_of(
      Role::Staff, {{"state", "shipped"}, {"from", "2026-01-01T00:00:00Z"}, {"to", "2026-02-01T00:00:00Z"}}));
  EXPECT_EQ(filter.state, State::Shipped);
  EXPECT_EQ(filter.from, "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(filter.to, "2026-02-01T00:00:00.000Z");
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{{"state", ""},
                                                                                    {"state", "Shipped"},
                                                                                    {"state", "lost"},
                                                                                    {"from", "yesterday"},
                                                                                    {"to", "2026-01-01"},
                                                                                    {"user_id", "0"},
                                                                                    {"user_id", "x"},
                                                                                    {"user_id", ""}})
    EXPECT_EQ(refusal(request_of(Role::Staff, {{name, value}})), 400) << name << "=" << value;
}

TEST(OrderListFilter, NormalizesTimes) {
  const auto from = [](const char* text) {
    return read_filter(request_of(Role::Staff, {{"from", text}})).from;
  };
  EXPECT_EQ(from("2026-01-31T12:00:00Z"), "2026-01-31T12:00:00.000Z");
  EXPECT_EQ(from("2026-01-31T12:00:00.5+01:00"), "2026-01-31T11:00:00.500Z");
  EXPECT_EQ(from("2024-02-29T23:59:60z"), "2024-03-01T00:00:00.000Z");
  EXPECT_EQ(from("0000-01-01T00:00:00+23:59"), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(from("9999-12-31T23:59:59-23:59"), "2200-01-01T00:00:00.000Z");
  for (const char* bad : {"", "2026-01-31", "2026-01-31T12:00:00", "2026-02-30T12:00:00Z",
                          "2026-01-01T00:00:00Z ", "now", "-infinity"})
    EXPECT_EQ(refusal(request_of(Role::Staff, {{"from", bad}})), 400) << bad;
}

}  // namespace
}  // namespace order::api
