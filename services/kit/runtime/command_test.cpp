#include "services/kit/runtime/command.hpp"

#include <gtest/gtest.h>

namespace kit::runtime {
namespace {

const std::vector<Command> COMMANDS{{"serve"}, {"migrate"}, {"version"}, {"grant", {"EMAIL", "ROLE"}}};

Invocation parse(std::vector<const char*> arguments, const std::string& variable = "") {
  return std::get<Invocation>(parse_command(arguments, variable, COMMANDS));
}

/// Whether the complaint about the arguments says `text`.
bool complains(std::vector<const char*> arguments, const std::string& text) {
  const auto complaint = std::get<std::string>(parse_command(arguments, "", COMMANDS));
  return complaint.find(text) != std::string::npos;
}

TEST(ParseCommand, DefaultsToTheFirst) {
  EXPECT_EQ(parse({}).command, "serve");
  EXPECT_EQ(parse({"migrate"}).command, "migrate");
  EXPECT_EQ(parse({"--version"}).command, "version");
}

TEST(ParseCommand, FlagOverridesTheVariable) {
  EXPECT_EQ(parse({}, "a.yaml").config, "a.yaml");
  EXPECT_EQ(parse({"--config", "b.yaml", "serve"}, "a.yaml").config, "b.yaml");
}

TEST(ParseCommand, TakesOperands) {
  const auto taken = parse({"grant", "--config", "a.yaml", "eve@x.org", "admin"});
  EXPECT_EQ(taken.command, "grant");
  EXPECT_EQ(taken.operands, (std::vector<std::string>{"eve@x.org", "admin"}));
  EXPECT_EQ(taken.config, "a.yaml");
  EXPECT_EQ(parse({"grant", "serve", "migrate"}).operands.front(), "serve");
}

TEST(ParseCommand, NamesWhatIsWrong) {
  EXPECT_TRUE(complains({"server"}, "\"server\""));
  EXPECT_TRUE(complains({"serve", "migrate"}, "\"migrate\""));
  EXPECT_TRUE(complains({"serve", "--config"}, "--config wants a file"));
  EXPECT_TRUE(complains({"grant", "eve@x.org"}, "grant wants ROLE"));
  EXPECT_TRUE(complains({"grant", "a", "b", "c"}, "\"c\""));
  EXPECT_TRUE(complains({"serve", "grant"}, "grant EMAIL ROLE"));
}

}  // namespace
}  // namespace kit::runtime
