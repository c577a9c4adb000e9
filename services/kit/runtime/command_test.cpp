#include "services/kit/runtime/command.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace kit::runtime {
namespace {

std::variant<Invocation, std::string> parse(std::vector<const char*> arguments,
                                            const std::string& variable = "") {
  return parse_command(arguments, variable);
}

TEST(Command, DefaultsToServe) {
  EXPECT_EQ(std::get<Invocation>(parse({})).command, Command::Serve);
  EXPECT_EQ(std::get<Invocation>(parse({"migrate"})).command, Command::Migrate);
  EXPECT_EQ(std::get<Invocation>(parse({"sample-data"})).command, Command::SampleData);
  EXPECT_EQ(std::get<Invocation>(parse({"--version"})).command, Command::Version);
}

TEST(Command, FlagOverridesTheVariable) {
  EXPECT_EQ(std::get<Invocation>(parse({}, "a.yaml")).config, "a.yaml");
  EXPECT_EQ(std::get<Invocation>(parse({"--config", "b.yaml", "serve"}, "a.yaml")).config, "b.yaml");
}

TEST(Command, OwnCommandTakesItsOperands) {
  const std::vector<OwnCommand> own{{"grant", {"EMAIL", "ROLE"}}};
  const auto with = [&](std::vector<const char*> arguments) { return parse_command(arguments, "", own); };
  const auto taken = std::get<Invocation>(with({"grant", "--config", "a.yaml", "eve@x.org", "admin"}));
  EXPECT_EQ(taken.command, Command::Own);
  EXPECT_EQ(taken.own, "grant");
  EXPECT_EQ(taken.operands, (std::vector<std::string>{"eve@x.org", "admin"}));
  EXPECT_EQ(taken.config, "a.yaml");
  EXPECT_EQ(std::get<Invocation>(with({"grant", "serve", "migrate"})).operands.front(), "serve");
  EXPECT_NE(std::get<std::string>(with({"grant", "eve@x.org"})).find("grant wants ROLE"), std::string::npos);
  EXPECT_NE(std::get<std::string>(with({"grant", "a", "b", "c"})).find("\"c\""), std::string::npos);
  EXPECT_NE(std::get<std::string>(with({"serve", "grant"})).find("grant EMAIL ROLE"), std::string::npos);
  EXPECT_NE(std::get<std::string>(parse({"grant", "a", "b"})).find("\"grant\""), std::string::npos);
}

TEST(Command, NamesWhatIsWrong) {
  EXPECT_NE(std::get<std::string>(parse({"server"})).find("\"server\""), std::string::npos);
  EXPECT_NE(std::get<std::string>(parse({"serve", "migrate"})).find("\"migrate\""), std::string::npos);
  EXPECT_NE(std::get<std::string>(parse({"serve", "--config"})).find("--config wants a file"),
            std::string::npos);
}

}  // namespace
}  // namespace kit::runtime
