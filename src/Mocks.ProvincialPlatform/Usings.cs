global using Mocks.ProvincialPlatform.Days;
global using Mocks.ProvincialPlatform.Needs;
global using Mocks.ProvincialPlatform.Population;
global using Mocks.ProvincialPlatform.Rows;
