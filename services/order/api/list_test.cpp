#include "services/order/api/list.hpp"

#include <gtest/gtest.h>

namespace order::api {
namespace {

using kit::http::Request;
using kit::identity::Role;

Request ask(Role role, std::vector<std::pair<std::string, std::string>> query = {}) {
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

TEST(ListFilter, KeepsCustomersToTheirOwn) {
  EXPECT_EQ(read_filter(ask(Role::Customer)).user, kit::UserId{7});
  EXPECT_EQ(read_filter(ask(Role::Customer, {{"user_id", "7"}})).user, kit::UserId{7});
  EXPECT_EQ(refusal(ask(Role::Customer, {{"user_id", "8"}})), 403);
  EXPECT_EQ(read_filter(ask(Role::Staff)).user, std::nullopt);
  EXPECT_EQ(read_filter(ask(Role::Staff, {{"user_id", "8"}})).user, kit::UserId{8});
}

TEST(ListFilter, IsReadOrRefused) {
  const auto filter = read_filter(ask(
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
    EXPECT_EQ(refusal(ask(Role::Staff, {{name, value}})), 400) << name << "=" << value;
}

}  // namespace
}  // namespace order::api
